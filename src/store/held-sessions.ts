/**
 * Sessions on a disk that takes no writes: what cannot be written is held in memory, so that people
 * still sign in, refresh and sign out, and is written as soon as it can be. A restart before that
 * forgets it.
 */
import { isDiskTrouble } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Session, SessionStore } from "./sessions.ts";

/** The oldest goes first: whoever held it signs in again. */
const HELD_MAX = 1_000;

export function holdUnwritten(store: SessionStore, log: Log): SessionStore {
  const held = new Map<string, Session>();

  /** False when the disk would not take it. */
  const attempt = (write: () => void): boolean => {
    try {
      write();
      return true;
    } catch (error) {
      if (!isDiskTrouble(error)) throw error;
      return false;
    }
  };
  const flush = (): void => {
    for (const session of held.values()) {
      if (!attempt(() => store.replace(session))) return;
      held.delete(session.id);
    }
  };
  const hold = (session: Session): void => {
    if (held.size === 0) log.warn("sessions cannot be written and are held in memory");
    held.delete(session.id);
    held.set(session.id, session);
    for (const id of held.keys()) if (held.size > HELD_MAX) held.delete(id);
  };
  const find = (id: string): Session | null => held.get(id) ?? store.find(id);

  return {
    find,
    insert(session) {
      flush();
      if (!attempt(() => store.insert(session))) hold(session);
    },
    replace(session) {
      flush();
      if (!attempt(() => store.replace(session))) hold(session);
    },
    rotate(rotation) {
      flush();
      const session = find(rotation.id);
      if (session?.refreshHash !== rotation.fromHash || session.revokedAt !== null) return false;
      if (!held.has(session.id) && attempt(() => store.rotate(rotation))) return true;
      const { fromHash, toHash, now, idleExpiresAt } = rotation;
      const spent = { refreshHash: toHash, previousRefreshHash: fromHash };
      hold({ ...session, ...spent, lastUsedAt: now, idleExpiresAt });
      return true;
    },
    revoke(id, at) {
      flush();
      const session = find(id);
      if (!session || session.revokedAt !== null) return;
      if (held.has(id) || !attempt(() => store.revoke(id, at))) hold({ ...session, revokedAt: at });
    },
    listOfUser(userId) {
      const own = [...held.values()].filter((session) => session.userId === userId);
      const written = store.listOfUser(userId).filter(({ id }) => !held.has(id));
      return [...own.reverse(), ...written];
    },
    removeExpired(now) {
      let removed = 0;
      attempt(() => {
        removed = store.removeExpired(now);
      });
      return removed;
    },
  };
}

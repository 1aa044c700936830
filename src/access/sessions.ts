/**
 * Sign-ins that last. A session is a family of refresh tokens of which only the newest works:
 *
 *   open ──► in force ──► revoked           signed out, disabled, or a used token seen again
 *              │  ▲  └──► expired           7 days unused, or 30 days old
 *              └──┘ refresh: the token in hand is spent, the next one takes its place
 *
 * A token names its session, so that a spent one of any age gives the thief away. That lets whoever
 * knows the name end the session, but only its own tokens tell the name, and they can end it anyway.
 */
import { createHash, randomBytes } from "node:crypto";

import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { createId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { Session, SessionStore } from "../store/sessions.ts";
import type { Audit } from "./audit.ts";

export const SESSION_IDLE_MS = 7 * 24 * 3_600_000;
export const SESSION_LONGEST_MS = 30 * 24 * 3_600_000;
/** How long two tabs of one browser may take to notice that the other one refreshed. */
export const TABS_GRACE_MS = 10_000;

const TOKEN_BYTES = 32;

export interface Sessions {
  open(userId: string): OpenedSession;
  /**
   * Spends the token for the next one. A cookie is shared by all tabs of a browser, so one that was
   * spent a moment ago gets the same successor; a token that a program holds works once, full stop.
   * Throws `unauthenticated`; a spent token also ends the session for everyone.
   */
  refresh(token: string, carriedBy: "cookie" | "body", address?: string): OpenedSession;
  /** Whose it is; null once it has ended. */
  findUserId(sessionId: string): string | null;
  revoke(sessionId: string): void;
  /** Ends the session that this refresh token names, and says which; null for none. */
  revokeByToken(token: string): string | null;
  /** All of them, or all but one. */
  revokeOfUser(userId: string, options?: { except: string }): void;
  /** Those in force, newest first. */
  listOfUser(userId: string): Session[];
  idsOfUser(userId: string): string[];
  /** Called with the session after each revocation made here. Answers how to stop listening. */
  onRevoked(listener: (sessionId: string) => void): () => void;
}

export interface OpenedSession {
  sessionId: string;
  userId: string;
  refreshToken: string;
}

export function createSessions(parts: {
  store: SessionStore;
  audit: Pick<Audit, "record">;
  clock: Clock;
  log: Log;
}): Sessions {
  const { store, clock } = parts;
  const successors = createSuccessors(clock);
  const listeners = new Set<(sessionId: string) => void>();

  const lasts = (session: Session): boolean =>
    session.revokedAt === null && clock.now() < Math.min(session.idleExpiresAt, session.expiresAt);
  const tell = (sessionId: string): void => {
    successors.forget(sessionId);
    for (const listener of listeners) listener(sessionId);
  };
  const revoke = (sessionId: string): void => {
    store.revoke(sessionId, clock.now());
    tell(sessionId);
  };
  const listOfUser = (userId: string): Session[] => store.listOfUser(userId).filter(lasts);
  const idsOfUser = (userId: string): string[] => listOfUser(userId).map(({ id }) => id);
  const rotate = (session: Session, spentHash: string): string => {
    const token = createToken(session.id);
    const now = clock.now();
    const rotated = store.rotate({
      id: session.id,
      fromHash: spentHash,
      toHash: toHash(token),
      now,
      idleExpiresAt: Math.min(now + SESSION_IDLE_MS, session.expiresAt),
    });
    if (!rotated) throw createRefusal();
    successors.remember(session.id, { spentHash, token });
    return token;
  };

  return {
    open(userId) {
      store.removeExpired(clock.now());
      const sessionId = createId();
      const refreshToken = createToken(sessionId);
      store.insert(
        toNewSession({ id: sessionId, userId, refreshHash: toHash(refreshToken) }, clock),
      );
      return { sessionId, userId, refreshToken };
    },
    refresh(token, carriedBy, address) {
      const session = store.find(toSessionId(token));
      if (!session || !lasts(session)) throw createRefusal();
      const hash = toHash(token);
      const opened = { sessionId: session.id, userId: session.userId };
      if (hash === session.refreshHash) return { ...opened, refreshToken: rotate(session, hash) };

      const successor = carriedBy === "cookie" ? successors.find(session.id, hash) : null;
      if (successor !== null) return { ...opened, refreshToken: successor };

      revoke(session.id);
      tellTheft(parts, { ...opened, address: address ?? null });
      throw createRefusal();
    },
    findUserId(sessionId) {
      const session = store.find(sessionId);
      return session && lasts(session) ? session.userId : null;
    },
    revoke,
    revokeByToken(token) {
      const session = store.find(toSessionId(token));
      if (session) revoke(session.id);
      return session?.id ?? null;
    },
    revokeOfUser(userId, options) {
      for (const id of idsOfUser(userId)) if (id !== options?.except) revoke(id);
    },
    listOfUser,
    idsOfUser,
    onRevoked(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function tellTheft(
  { audit, log }: { audit: Pick<Audit, "record">; log: Log },
  { sessionId, userId, address }: { sessionId: string; userId: string; address: string | null },
): void {
  log.warn("a spent refresh token came back, the session is closed", { sessionId, userId });
  const who = { userId, username: null, address };
  audit.record({ action: "session.stolen", ...who, target: sessionId, result: "refused" });
}

/** What was given for a spent token, for as long as another tab may come with the same one. */
function createSuccessors(clock: Clock) {
  const recent = new Map<string, { spentHash: string; token: string; until: number }>();
  return {
    remember(sessionId: string, spent: { spentHash: string; token: string }): void {
      const now = clock.monotonic();
      for (const [id, { until }] of recent) if (until <= now) recent.delete(id);
      recent.set(sessionId, { ...spent, until: now + TABS_GRACE_MS });
    },
    find(sessionId: string, spentHash: string): string | null {
      const found = recent.get(sessionId);
      const fits = found?.spentHash === spentHash && clock.monotonic() < found.until;
      return fits ? found.token : null;
    },
    forget: (sessionId: string): void => void recent.delete(sessionId),
  };
}

function toNewSession(
  names: Pick<Session, "id" | "userId" | "refreshHash">,
  clock: Clock,
): Session {
  const now = clock.now();
  return {
    ...names,
    previousRefreshHash: null,
    createdAt: now,
    lastUsedAt: now,
    idleExpiresAt: now + SESSION_IDLE_MS,
    expiresAt: now + SESSION_LONGEST_MS,
    revokedAt: null,
  };
}

function createToken(sessionId: string): string {
  return `${sessionId}.${randomBytes(TOKEN_BYTES).toString("base64url")}`;
}

function toSessionId(token: string): string {
  return token.split(".", 1)[0] ?? "";
}

function toHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function createRefusal(): ApplianceError {
  return new ApplianceError("unauthenticated", "This session has ended. Sign in again.");
}

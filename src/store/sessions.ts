/**
 * Sign-ins. A session holds the hash of its one refresh token and of the token before that;
 * turning one into the next is a compare-and-set, so that of two tabs only one wins.
 */
import { and, desc, eq, isNull, lte, or, sql } from "drizzle-orm";
import { sessions } from "./account-schema.ts";
import type { EdgeDatabase } from "./database.ts";

export interface Session {
  id: string;
  userId: string;
  refreshHash: string;
  previousRefreshHash: string | null;
  createdAt: number;
  lastUsedAt: number;
  idleExpiresAt: number;
  expiresAt: number;
  /** Null while it is in force. */
  revokedAt: number | null;
}

export interface SessionStore {
  insert(session: Session): void;
  /** Revoked and expired sessions too: the caller judges them. */
  find(id: string): Session | null;
  /** As it is now, whether or not it was there. */
  replace(session: Session): void;
  /** False when `fromHash` is no longer the current one or the session is revoked. */
  rotate(rotation: Rotation): boolean;
  /** Revoking twice keeps the first time. */
  revoke(id: string, at: number): void;
  /** Newest first. */
  listOfUser(userId: string): Session[];
  /** How many were past either of their ends and are gone now. */
  removeExpired(now: number): number;
}

export interface Rotation {
  id: string;
  fromHash: string;
  toHash: string;
  now: number;
  idleExpiresAt: number;
}

export function createSessionStore(db: EdgeDatabase): SessionStore {
  const { orm } = db;
  const byId = orm
    .select()
    .from(sessions)
    .where(eq(sessions.id, sql.placeholder("id")))
    .prepare();

  return {
    insert: (session) =>
      db.transaction(() => {
        orm.insert(sessions).values(session).run();
      }),
    replace: (session) =>
      db.transaction(() => {
        const { id, ...values } = session;
        orm
          .insert(sessions)
          .values(session)
          .onConflictDoUpdate({ target: sessions.id, set: values })
          .run();
      }),
    find: (id) => byId.get({ id }) ?? null,
    rotate: (rotation) => db.transaction(() => rotate(db, rotation)),
    revoke: (id, at) =>
      db.transaction(() => {
        const inForce = and(eq(sessions.id, id), isNull(sessions.revokedAt));
        orm.update(sessions).set({ revokedAt: at }).where(inForce).run();
      }),
    listOfUser: (userId) =>
      orm
        .select()
        .from(sessions)
        .where(eq(sessions.userId, userId))
        .orderBy(desc(sessions.createdAt), desc(sessions.id))
        .all(),
    removeExpired: (now) =>
      db.transaction(() => {
        const over = or(lte(sessions.expiresAt, now), lte(sessions.idleExpiresAt, now));
        return orm.delete(sessions).where(over).run().changes;
      }),
  };
}

function rotate(db: EdgeDatabase, { id, fromHash, toHash, now, idleExpiresAt }: Rotation): boolean {
  const { changes } = db.orm
    .update(sessions)
    .set({ refreshHash: toHash, previousRefreshHash: fromHash, lastUsedAt: now, idleExpiresAt })
    .where(and(eq(sessions.id, id), eq(sessions.refreshHash, fromHash), isNull(sessions.revokedAt)))
    .run();
  return changes === 1;
}

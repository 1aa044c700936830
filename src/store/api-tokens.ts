/** What scripts call with: found by the hash, gone with their user. */
import { desc, eq, sql } from "drizzle-orm";

import type { EdgeDatabase } from "./database.ts";
import { apiTokens } from "./token-schema.ts";

export type TokenScope = "read" | "operate" | "admin";

export interface ApiToken {
  id: string;
  userId: string;
  name: string;
  scope: TokenScope;
  hash: string;
  createdAt: number;
  expiresAt: number | null;
  lastUsedAt: number | null;
}

export interface ApiTokenStore {
  insert(token: ApiToken): void;
  find(id: string): ApiToken | null;
  findByHash(hash: string): ApiToken | null;
  /** Newest first. */
  listOfUser(userId: string): ApiToken[];
  /** Nobody waits for the disk: a power cut may lose it. */
  markUsed(id: string, at: number): void;
  remove(id: string): void;
}

export function createApiTokenStore(db: EdgeDatabase): ApiTokenStore {
  const { orm } = db;
  const byHash = orm
    .select()
    .from(apiTokens)
    .where(eq(apiTokens.hash, sql.placeholder("hash")))
    .prepare();

  return {
    insert: (token) => void db.transaction(() => orm.insert(apiTokens).values(token).run()),
    find: (id) => orm.select().from(apiTokens).where(eq(apiTokens.id, id)).get() ?? null,
    findByHash: (hash) => byHash.get({ hash }) ?? null,
    listOfUser: (userId) =>
      orm
        .select()
        .from(apiTokens)
        .where(eq(apiTokens.userId, userId))
        .orderBy(desc(apiTokens.createdAt), desc(apiTokens.id))
        .all(),
    markUsed: (id, at) =>
      void db.passingTransaction(() =>
        orm.update(apiTokens).set({ lastUsedAt: at }).where(eq(apiTokens.id, id)).run(),
      ),
    remove: (id) =>
      void db.transaction(() => orm.delete(apiTokens).where(eq(apiTokens.id, id)).run()),
  };
}

/** What scripts call with, in the units of schema.ts. */
import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

import { users } from "./account-schema.ts";

export const apiTokens = sqliteTable(
  "api_tokens",
  {
    /** UUIDv7. */
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    scope: text("scope", { enum: ["read", "operate", "admin"] }).notNull(),
    /** SHA-256 of the token; the token itself is nowhere. */
    hash: text("hash").notNull(),
    createdAt: integer("created_at").notNull(),
    /** Null for one that lasts until it is revoked. */
    expiresAt: integer("expires_at"),
    /** To the minute; null before the first time. */
    lastUsedAt: integer("last_used_at"),
  },
  (table) => [
    uniqueIndex("api_tokens_hash").on(table.hash),
    index("api_tokens_by_user").on(table.userId),
    check("api_tokens_scope_known", sql`scope in ('read', 'operate', 'admin')`),
  ],
);

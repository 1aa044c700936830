/** Who may sign in, and who is signed in, table by table, in the units of schema.ts. */
import { sql } from "drizzle-orm";
import { check, index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

export const users = sqliteTable(
  "users",
  {
    /** UUIDv7. */
    id: text("id").primaryKey(),
    /** As typed; unique without regard to case. */
    username: text("username").notNull(),
    /** PHC string of argon2id. */
    passwordHash: text("password_hash").notNull(),
    role: text("role", { enum: ["admin", "viewer"] }).notNull(),
    /** May not sign in; open sessions end. */
    disabled: integer("disabled", { mode: "boolean" }).notNull(),
    createdAt: integer("created_at").notNull(),
    /** JSON array of the cameras that a viewer may see; null for all. */
    cameraIds: text("camera_ids", { mode: "json" }).$type<string[]>(),
  },
  () => [
    uniqueIndex("users_username").on(sql`username collate nocase`),
    check("users_role_known", sql`role in ('admin', 'viewer')`),
    check("users_disabled_flag", sql`disabled in (0, 1)`),
  ],
);

/** A sign-in and all refresh tokens that descend from it. */
export const sessions = sqliteTable(
  "sessions",
  {
    /** UUIDv7; the `sid` of access tokens. */
    id: text("id").primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** SHA-256 of the one refresh token that works now. */
    refreshHash: text("refresh_hash").notNull(),
    /** SHA-256 of the token before it: seeing it again means a race or a theft. */
    previousRefreshHash: text("previous_refresh_hash"),
    createdAt: integer("created_at").notNull(),
    /** Of the latest refresh. */
    lastUsedAt: integer("last_used_at").notNull(),
    /** Ends then unless refreshed; moves on with each refresh. */
    idleExpiresAt: integer("idle_expires_at").notNull(),
    /** Ends then whatever happens; never moves. */
    expiresAt: integer("expires_at").notNull(),
    /** Null while it is in force; the first revocation stands. */
    revokedAt: integer("revoked_at"),
  },
  (table) => [
    index("sessions_by_user").on(table.userId),
    index("sessions_expiry").on(table.expiresAt),
  ],
);

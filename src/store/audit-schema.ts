/** What was done by whom, in the units of schema.ts. Rows are added and read, nothing else. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * A chain: each row's hash is made of the row before it and its own fields. Triggers refuse a change,
 * and the removal of what is younger than a year.
 */
export const auditRows = sqliteTable("audit_rows", {
  /** Never given twice, so that rows missing at the end are noticed. */
  id: integer("id").primaryKey({ autoIncrement: true }),
  at: integer("at").notNull(),
  /** Such as `event.deleted`. */
  action: text("action").notNull(),
  /** No reference: the row outlives the account. Null for whoever did not say who they are. */
  userId: text("user_id"),
  /** As it was then. */
  username: text("username"),
  /** What it was done to. */
  target: text("target"),
  /** Of the caller; null for what was done on the box itself. */
  address: text("address"),
  result: text("result", { enum: ["done", "refused", "failed"] }).notNull(),
  previousHash: text("previous_hash").notNull(),
  hash: text("hash").notNull(),
});

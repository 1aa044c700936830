/** What the feed has told and may have to tell again. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * One row for each change of an event, written by triggers with the change itself: neither can be
 * without the other. The newest 10,000 are kept. A number is never given twice, also not after a
 * crash; the first is the time the table was made, so that the numbers of two boxes do not meet.
 * The triggers stand in the migration that made the table.
 */
export const feedMessages = sqliteTable("feed_messages", {
  /** Without gaps. */
  seq: integer("seq").primaryKey({ autoIncrement: true }),
  type: text("type", {
    enum: ["event.started", "event.updated", "event.ended", "event.analyzed", "event.deleted"],
  }).notNull(),
  /** The event may be gone by now, hence no foreign key. */
  motionEventId: text("motion_event_id").notNull(),
  cameraId: text("camera_id").notNull(),
});

/** What the centre does not know yet, and what it knows this box by; in the units of schema.ts. */
import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

/**
 * The events that changed since the centre was told of them: a set, not a log, so that it never holds
 * more than there are events, and those of deleted ones that the centre may know. Kept by triggers on
 * motion_events, which stand in the migration that made the table: no way of changing an event can
 * forget it. Where no centre is configured every event has a mark, which goes when the event does.
 */
export const syncMarks = sqliteTable(
  "sync_marks",
  {
    /** The order of the marks, whatever the clock does. */
    id: integer("id").primaryKey(),
    /** The event may be gone by now, hence no foreign key. */
    motionEventId: text("motion_event_id").notNull(),
    /** Of the event as it is now; of a deleted one, one more than its last. */
    revision: integer("revision").notNull(),
    cameraId: text("camera_id").notNull(),
    startedAt: integer("started_at").notNull(),
    /** Null while the event is there. */
    deletedAt: integer("deleted_at"),
    /** 1 until it is about to be sent for the first time: till then nobody misses it. */
    isNew: integer("is_new").notNull(),
    /** Of the first change that the centre does not know. */
    markedAt: integer("marked_at").notNull(),
    /** Why the centre refused the row; null while it may be sent. Its next change is tried anew. */
    refusedReason: text("refused_reason"),
    refusedAt: integer("refused_at"),
  },
  (table) => [
    uniqueIndex("sync_marks_motion_event").on(table.motionEventId),
    index("sync_marks_waiting").on(table.id).where(sql`refused_at is null`),
    index("sync_marks_refused").on(table.id).where(sql`refused_at is not null`),
    check("sync_marks_refusal", sql`(refused_at is null) = (refused_reason is null)`),
    check("sync_marks_new_flag", sql`is_new in (0, 1)`),
  ],
);

/** One row: how this box is known at the centre, and what it knows of it. */
export const syncSite = sqliteTable(
  "sync_site",
  {
    id: integer("id").primaryKey(),
    /** Made with the database: who copies the disk copies it too. */
    nonce: text("nonce").notNull(),
    /** How often it took its name at the centre, as the centre confirmed. */
    claims: integer("claims").notNull(),
    /** The same or one more: the try that a crash may have kept from being confirmed. */
    claimsTried: integer("claims_tried").notNull(),
    /** Of the centre that knows all that is not marked; null when none does. */
    epoch: text("epoch"),
    /** The last row that the centre confirmed. */
    lastEventId: text("last_event_id"),
    lastRevision: integer("last_revision"),
    /** When it did. */
    sentAt: integer("sent_at"),
  },
  () => [
    check("sync_site_single", sql`id = 1`),
    check("sync_site_last_whole", sql`(last_event_id is null) = (last_revision is null)`),
  ],
);

/** A camera's day in figures; what was deleted since stays counted. */
export const dailyDigests = sqliteTable(
  "daily_digests",
  {
    cameraId: text("camera_id").notNull(),
    /** Of the box's own calendar: YYYY-MM-DD. */
    day: text("day").notNull(),
    /** Grows by one with each change. */
    revision: integer("revision").notNull(),
    /** Of what the centre knows; less than the other while it has to be sent. */
    sentRevision: integer("sent_revision").notNull(),
    /** JSON: see store/digests.ts. */
    figures: text("figures").notNull(),
    sentence: text("sentence").notNull(),
    /** Whose words they are; `refused`: counted, because the model's could not be used. */
    sentenceBy: text("sentence_by", { enum: ["counted", "model", "refused"] })
      .notNull()
      .default("counted"),
    /** Why the centre refused it; null while it may be sent. Its next change is tried anew. */
    refusedReason: text("refused_reason"),
  },
  (table) => [
    primaryKey({ columns: [table.cameraId, table.day] }),
    index("daily_digests_unsent")
      .on(table.day, table.cameraId)
      .where(sql`sent_revision < revision and refused_reason is null`),
    check("daily_digests_figures_json", sql`json_valid(figures)`),
  ],
);

/** How long a camera that should have given pictures gave none, by day; while the box ran. */
export const cameraDowntimes = sqliteTable(
  "camera_downtimes",
  {
    cameraId: text("camera_id").notNull(),
    day: text("day").notNull(),
    downtimeMs: integer("downtime_ms").notNull(),
  },
  (table) => [primaryKey({ columns: [table.cameraId, table.day] })],
);

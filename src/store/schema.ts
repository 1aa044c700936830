/**
 * What is remembered, table by table. Times are UTC epoch milliseconds (`…_at`), durations are
 * milliseconds (`…_ms`), shares and scores 0..1. The checks repeat for the database what the
 * comments promise to the reader. After a change: `npm run db:generate`; what recreates a table that
 * has triggers must make them anew.
 */
import { sql } from "drizzle-orm";
import {
  check,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";

/** Every camera that ever had an event or stood in the file; never removed while events name it. */
export const cameras = sqliteTable("cameras", {
  /** The slug of the configuration. */
  id: text("id").primaryKey(),
  /** For people; the newest name given. */
  name: text("name").notNull(),
  firstSeenAt: integer("first_seen_at").notNull(),
});

/** What happened. Exists before and without any description. */
export const motionEvents = sqliteTable(
  "motion_events",
  {
    /** UUIDv7. */
    id: text("id").primaryKey(),
    cameraId: text("camera_id")
      .notNull()
      .references(() => cameras.id),
    /** The listing's order, with the id for events of the same millisecond. */
    startedAt: integer("started_at").notNull(),
    /** Null while it lasts; closed at the next start when a crash left it open. */
    endedAt: integer("ended_at"),
    /** Of the chosen frame. */
    timestamp: integer("timestamp").notNull(),
    /** 0..1, of the chosen frame. */
    confidence: real("confidence").notNull(),
    /** 0..1, the highest so far; never falls. */
    significanceScore: real("significance_score").notNull(),
    /** JSON [[x, y, width, height], …] of the chosen frame, each 0..1, largest first. */
    boxes: text("boxes").notNull(),
    /** File name inside the picture folder, of this event alone; null without a picture. */
    snapshot: text("snapshot"),
    /** See events/event.ts. `pending` and `running` if and only if its job is unfinished. */
    analysisStatus: text("analysis_status", {
      enum: ["disabled", "pending", "running", "done", "reused", "skipped", "failed"],
    }).notNull(),
    /** A sentence that says why, for every status but `done`. */
    analysisReason: text("analysis_reason"),
    /** One sentence from the motion's geometry. */
    motionSummary: text("motion_summary").notNull(),
    /** 1 at first, one more with each change of the row or of its description. */
    revision: integer("revision").notNull(),
    /** Somebody looked at it. */
    seen: integer("seen", { mode: "boolean" }).notNull().default(false),
    /** Somebody wants it kept: retention does not take it. */
    important: integer("important", { mode: "boolean" }).notNull().default(false),
    /** Its small picture is at the centre, or cannot be. */
    thumbnailSent: integer("thumbnail_sent", { mode: "boolean" }).notNull().default(false),
  },
  (table) => [
    index("motion_events_newest").on(table.startedAt, table.id),
    index("motion_events_by_camera").on(table.cameraId, table.startedAt, table.id),
    index("motion_events_by_camera_status").on(
      table.cameraId,
      table.analysisStatus,
      table.startedAt,
      table.id,
    ),
    index("motion_events_by_status").on(table.analysisStatus, table.startedAt, table.id),
    index("motion_events_open").on(table.id).where(sql`ended_at is null`),
    index("motion_events_important").on(table.startedAt, table.id).where(sql`important = 1`),
    index("motion_events_thumbnail_unsent")
      .on(table.id)
      .where(sql`thumbnail_sent = 0 and ended_at is not null and snapshot is not null`),
    uniqueIndex("motion_events_snapshot").on(table.snapshot),
    check("motion_events_confidence_share", sql`confidence between 0 and 1`),
    check("motion_events_significance_share", sql`significance_score between 0 and 1`),
    check("motion_events_boxes_json", sql`json_valid(boxes)`),
    check("motion_events_ends_after_start", sql`ended_at is null or ended_at >= started_at`),
    check("motion_events_revision_positive", sql`revision >= 1`),
    check(
      "motion_events_status_known",
      sql`analysis_status in ('disabled', 'pending', 'running', 'done', 'reused', 'skipped', 'failed')`,
    ),
    check(
      "motion_events_reason_given",
      sql`analysis_status = 'done' or analysis_reason is not null`,
    ),
  ],
);

/**
 * The number of an event in the index of words, event_words: in order of time, so that the newest
 * hits are found without sorting the others. The index, a view of its texts and the triggers that
 * keep it stand in the migration that made them.
 */
export const eventDocuments = sqliteTable("event_documents", {
  /** Milliseconds of the event's start times DOCUMENTS_A_MS, and a few more for others of it. */
  id: integer("id").primaryKey(),
  motionEventId: text("motion_event_id")
    .notNull()
    .unique()
    .references(() => motionEvents.id, { onDelete: "cascade" }),
});
export const DOCUMENTS_A_MS = 4096;

/** Pictures of an event that a better one took the place of; a model is shown them beside it. */
export const earlierPictures = sqliteTable(
  "earlier_pictures",
  {
    /** File name inside the picture folder. */
    snapshot: text("snapshot").primaryKey(),
    motionEventId: text("motion_event_id")
      .notNull()
      .references(() => motionEvents.id, { onDelete: "cascade" }),
    /** Of its frame. */
    capturedAt: integer("captured_at").notNull(),
    /** JSON [[x, y, width, height], …], each 0..1, largest first. */
    boxes: text("boxes").notNull(),
  },
  (table) => [
    index("earlier_pictures_by_event").on(table.motionEventId, table.capturedAt),
    check("earlier_pictures_boxes_json", sql`json_valid(boxes)`),
  ],
);

/** What took a camera's sight away; no motion, hence no job and no description. */
export const tamperings = sqliteTable(
  "tamperings",
  {
    /** UUIDv7. */
    id: text("id").primaryKey(),
    cameraId: text("camera_id")
      .notNull()
      .references(() => cameras.id),
    /** See motion/tamper-signs.ts. */
    kind: text("kind", {
      enum: ["covered", "sprayed", "moved", "frozen", "out_of_focus"],
    }).notNull(),
    /** The listing's order, with the id for those of the same millisecond. */
    startedAt: integer("started_at").notNull(),
    /** Null while it lasts; ended at the next start when a stop or a crash left it open. */
    endedAt: integer("ended_at"),
    /** What it looked like and what to do. */
    sentence: text("sentence").notNull(),
  },
  (table) => [
    index("tamperings_by_camera").on(table.cameraId, table.startedAt, table.id),
    index("tamperings_open").on(table.id).where(sql`ended_at is null`),
    check(
      "tamperings_kind_known",
      sql`kind in ('covered', 'sprayed', 'moved', 'frozen', 'out_of_focus')`,
    ),
    check("tamperings_end_after_start", sql`ended_at is null or ended_at >= started_at`),
  ],
);

/** What the model said of an event; at most one, the newest. */
export const descriptions = sqliteTable(
  "descriptions",
  {
    motionEventId: text("motion_event_id")
      .primaryKey()
      .references(() => motionEvents.id, { onDelete: "cascade" }),
    /** As the model server names it, such as llava:7b. */
    model: text("model").notNull(),
    /** The server's digest of the model; null when it tells none. */
    modelDigest: text("model_digest"),
    /** Which wording of the question was asked. */
    promptVersion: integer("prompt_version").notNull(),
    title: text("title").notNull(),
    description: text("description").notNull(),
    /** JSON array of names. */
    objects: text("objects").notNull(),
    people: integer("people").notNull(),
    vehicles: integer("vehicles").notNull(),
    activity: text("activity").notNull(),
    /** 0 nothing, 1 worth a look, 2 unusual, 3 alarming. */
    concern: integer("concern").notNull(),
    /** 0..1 from token probabilities; null when the server gives none. */
    confidence: real("confidence"),
    /** The event whose description this repeats; it may be gone by now, hence no foreign key. */
    reusedFrom: text("reused_from"),
    /** How long the model took. */
    processingMs: integer("processing_ms").notNull(),
    createdAt: integer("created_at").notNull(),
    /** From the asking to the taking of the job, by wall time; 0 when the clock stepped back. */
    queueWaitMs: integer("queue_wait_ms").notNull(),
    /** The model server's version; null when unknown. */
    serverVersion: text("server_version"),
    /** SHA-256 of the very picture the model was shown, in hexadecimal; null when unknown. */
    imageHash: text("image_hash"),
  },
  () => [
    check("descriptions_objects_json", sql`json_valid(objects)`),
    check("descriptions_counts", sql`people >= 0 and vehicles >= 0`),
    check("descriptions_concern_scale", sql`concern between 0 and 3`),
    check("descriptions_confidence_share", sql`confidence is null or confidence between 0 and 1`),
    check("descriptions_durations", sql`processing_ms >= 0 and queue_wait_ms >= 0`),
  ],
);

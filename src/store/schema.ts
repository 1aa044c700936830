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
  primaryKey,
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
  },
  (table) => [
    index("motion_events_newest").on(table.startedAt, table.id),
    index("motion_events_by_camera").on(table.cameraId, table.startedAt, table.id),
    index("motion_events_by_status").on(table.analysisStatus, table.startedAt, table.id),
    index("motion_events_open").on(table.id).where(sql`ended_at is null`),
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

/** Events by camera and status, kept by triggers on motion_events (migration 0003). */
export const eventCounts = sqliteTable(
  "event_counts",
  {
    cameraId: text("camera_id").notNull(),
    analysisStatus: text("analysis_status").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.cameraId, table.analysisStatus] })],
);

/** Jobs by camera, state and urgency, kept by triggers on analysis_jobs (migration 0003). */
export const jobCounts = sqliteTable(
  "job_counts",
  {
    state: text("state").notNull(),
    cameraId: text("camera_id").notNull(),
    urgency: text("urgency").notNull(),
    count: integer("count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.state, table.cameraId, table.urgency] })],
);

/** The desk: exactly one row for every event that ever wanted a description. */
export const analysisJobs = sqliteTable(
  "analysis_jobs",
  {
    /** UUIDv7; never a number, which the dispatcher would reorder. */
    id: text("id").primaryKey(),
    motionEventId: text("motion_event_id")
      .notNull()
      .references(() => motionEvents.id, { onDelete: "cascade" }),
    /** The event's, repeated so that the newest of each camera is found by an index. */
    cameraId: text("camera_id").notNull(),
    /**
     * waiting: for its time or for the model. ready: announced to the dispatcher, for
     * milliseconds. leased: in hand. done: described, reused or skipped. dead: given up, kept for a
     * person. After a start no row is ready or leased.
     */
    state: text("state", { enum: ["waiting", "ready", "leased", "done", "dead"] }).notNull(),
    /** How much it matters: 1000 times significance and the camera's weight. */
    priority: integer("priority").notNull(),
    /** See queue/urgency.ts. `shed`: its event is skipped until the desk is idle. */
    urgency: text("urgency", { enum: ["asked", "urgent", "ordinary", "low", "shed"] }).notNull(),
    /** The event's chosen moment when the job was made. */
    capturedAt: integer("captured_at").notNull(),
    /** When the job was last asked for. */
    requestedAt: integer("requested_at").notNull(),
    /** Not handed out before. */
    availableAt: integer("available_at").notNull(),
    /** Tries begun; given back when the model was away. */
    attempts: integer("attempts").notNull().default(0),
    /** Who has it; an outcome under another lock is void. Set if and only if leased. */
    lockId: text("lock_id"),
    leasedAt: integer("leased_at"),
    /** Why it waits, in a sentence; null when it just waits its turn. */
    waitingReason: text("waiting_reason"),
    /** What went wrong at the latest try, in a sentence. */
    lastError: text("last_error"),
    /** The answer that could not be used, cut to 8 kB; kept while waiting again or dead. */
    rawAnswer: text("raw_answer"),
  },
  (table) => [
    uniqueIndex("analysis_jobs_motion_event").on(table.motionEventId),
    index("analysis_jobs_due").on(table.state, table.availableAt),
    index("analysis_jobs_newest")
      .on(table.cameraId, table.urgency, table.capturedAt, table.id)
      .where(sql`state = 'waiting'`),
    index("analysis_jobs_longest_waiting")
      .on(table.requestedAt, table.id)
      .where(sql`state = 'waiting' and urgency <> 'shed'`),
    index("analysis_jobs_least")
      .on(table.cameraId, table.priority, table.capturedAt)
      .where(sql`state = 'waiting' and urgency in ('ordinary', 'low')`),
    check("analysis_jobs_urgency", sql`urgency in ('asked', 'urgent', 'ordinary', 'low', 'shed')`),
    check(
      "analysis_jobs_state_known",
      sql`state in ('waiting', 'ready', 'leased', 'done', 'dead')`,
    ),
    check("analysis_jobs_lock_with_lease", sql`(state = 'leased') = (lock_id is not null)`),
    check("analysis_jobs_attempts_counted", sql`attempts >= 0`),
    check(
      "analysis_jobs_raw_answer_bounded",
      sql`raw_answer is null or length(raw_answer) <= 8192`,
    ),
  ],
);

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
    uniqueIndex("sessions_refresh_hash").on(table.refreshHash),
    index("sessions_previous_refresh_hash").on(table.previousRefreshHash),
    index("sessions_by_user").on(table.userId),
    index("sessions_expiry").on(table.expiresAt),
  ],
);

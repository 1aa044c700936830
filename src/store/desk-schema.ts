/** The desk's jobs and the counts of the ledger, table by table, in the units of schema.ts. */
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

import { motionEvents } from "./schema.ts";

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

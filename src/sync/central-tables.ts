/**
 * The tables of the centre as statements see them; what they are made of stands in drizzle/central.
 */
import {
  bigint,
  char,
  customType,
  date,
  datetime,
  double,
  int,
  mysqlTable,
  tinyint,
  varchar,
} from "drizzle-orm/mysql-core";

export const TABLES = [
  "sites",
  "motion_events",
  "daily_summaries",
  "site_heartbeats",
  "event_thumbnails",
] as const;
export type TableName = (typeof TABLES)[number];

/** The raised version of drizzle/central that this program was written for. */
export const SCHEMA_VERSION = 2;
/** What came after this one a box can do without. */
export const SCHEMA_VERSION_LEAST = 1;

export type Tables = ReturnType<typeof createTables>;

/**
 * Where each table is called what `nameOf` says. The revision stands last in each: what compares
 * revisions must do so before the new one is in its place.
 */
export function createTables(nameOf: (table: TableName) => string) {
  return {
    sites: createSites(nameOf("sites")),
    motionEvents: createMotionEvents(nameOf("motion_events")),
    dailySummaries: createDailySummaries(nameOf("daily_summaries")),
    siteHeartbeats: createSiteHeartbeats(nameOf("site_heartbeats")),
    eventThumbnails: createEventThumbnails(nameOf("event_thumbnails")),
  };
}

function createSites(name: string) {
  return mysqlTable(name, {
    siteId: siteId(),
    name: varchar("name", { length: 128 }).notNull(),
    nonce: char("nonce", { length: 36 }).notNull(),
    claims: count("claims"),
    registeredAt: time("registered_at").notNull(),
  });
}

function createMotionEvents(name: string) {
  return mysqlTable(name, {
    siteId: siteId(),
    eventId: char("event_id", { length: 36 }).notNull(),
    cameraId: varchar("camera_id", { length: 64 }).notNull(),
    cameraName: varchar("camera_name", { length: 128 }),
    startedAt: time("started_at").notNull(),
    endedAt: time("ended_at"),
    peakAt: time("peak_at"),
    significanceScore: double("significance_score"),
    confidence: double("confidence"),
    motionSummary: varchar("motion_summary", { length: 512 }),
    analysisStatus: varchar("analysis_status", { length: 16 }),
    analysisReason: varchar("analysis_reason", { length: 512 }),
    title: varchar("title", { length: 512 }),
    description: varchar("description", { length: 4096 }),
    /** JSON array of names. */
    objects: varchar("objects", { length: 2048 }),
    people: int("people", { unsigned: true }),
    vehicles: int("vehicles", { unsigned: true }),
    activity: varchar("activity", { length: 512 }),
    concern: tinyint("concern", { unsigned: true }),
    aiConfidence: double("ai_confidence"),
    model: varchar("model", { length: 128 }),
    modelDigest: varchar("model_digest", { length: 128 }),
    promptVersion: int("prompt_version", { unsigned: true }),
    reusedFrom: char("reused_from", { length: 36 }),
    processingMs: int("processing_ms", { unsigned: true }),
    describedAt: time("described_at"),
    isCut: tinyint("is_cut").notNull(),
    deletedAt: time("deleted_at"),
    sentAt: time("sent_at").notNull(),
    receivedAt: time("received_at"),
    revision: count("revision"),
  });
}

function createDailySummaries(name: string) {
  return mysqlTable(name, {
    siteId: siteId(),
    cameraId: varchar("camera_id", { length: 64 }).notNull(),
    day: date("day", { mode: "string" }).notNull(),
    cameraName: varchar("camera_name", { length: 128 }).notNull(),
    events: count("events"),
    eventsUrgent: count("events_urgent"),
    eventsOrdinary: count("events_ordinary"),
    eventsLow: count("events_low"),
    eventsConcern0: count("events_concern_0"),
    eventsConcern1: count("events_concern_1"),
    eventsConcern2: count("events_concern_2"),
    eventsConcern3: count("events_concern_3"),
    described: count("described"),
    reused: count("reused"),
    skipped: count("skipped"),
    failed: count("failed"),
    /** JSON array of names, the most seen first. */
    topObjects: varchar("top_objects", { length: 1024 }).notNull(),
    firstEventAt: time("first_event_at"),
    lastEventAt: time("last_event_at"),
    downtimeS: count("downtime_s"),
    sentence: varchar("sentence", { length: 1024 }).notNull(),
    receivedAt: time("received_at"),
    revision: count("revision"),
  });
}

function createSiteHeartbeats(name: string) {
  return mysqlTable(name, {
    siteId: siteId(),
    version: varchar("version", { length: 32 }).notNull(),
    sentAt: time("sent_at").notNull(),
    receivedAt: time("received_at"),
    isClockSynchronised: tinyint("is_clock_synchronised"),
    camerasUp: count("cameras_up"),
    camerasWanted: count("cameras_wanted"),
    model: varchar("model", { length: 128 }).notNull(),
    modelState: varchar("model_state", { length: 64 }).notNull(),
    backlog: count("backlog"),
    shed: count("shed"),
    unsent: count("unsent"),
    lagS: count("lag_s"),
    beat: bigint("beat", { mode: "number", unsigned: true }).notNull(),
  });
}

function createEventThumbnails(name: string) {
  return mysqlTable(name, {
    siteId: siteId(),
    eventId: char("event_id", { length: 36 }).notNull(),
    cameraId: varchar("camera_id", { length: 64 }).notNull(),
    /** Null once the event is deleted. */
    jpeg: blob("jpeg"),
    receivedAt: time("received_at"),
    revision: count("revision"),
  });
}

const blob = customType<{ data: Uint8Array }>({ dataType: () => "blob" });

function siteId() {
  return varchar("site_id", { length: 64 }).notNull();
}

function time(name: string) {
  return datetime(name, { mode: "string", fsp: 3 });
}

function count(name: string) {
  return int(name, { unsigned: true }).notNull();
}

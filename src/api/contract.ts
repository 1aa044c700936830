/**
 * What goes over the wire, both ways, HTTP and WebSocket: the same schemas validate, generate the
 * OpenAPI document and give the page its types. Keys are snake_case, times are RFC 3339 in UTC with
 * milliseconds, scores are 0..1. Imports nothing of the server but the schema of motion's settings,
 * which is nothing but zod either, so that the page may take its types.
 */
import { z } from "zod";
import { motionLevel } from "./motion-contract.ts";
import { queue, queueReport } from "./queue-contract.ts";
import { retentionReport } from "./retention-contract.ts";
import { syncReport } from "./sync-contract.ts";
import { tampering } from "./tampering-contract.ts";

export const time = z.iso.datetime({ precision: 3 });
const share = z.number().min(0).max(1);
const count = z.int().min(0);
/** [x, y, width, height], each 0..1 of the picture. */
export const box = z.tuple([share, share, share, share]);
/** A machine code and one plain sentence: what is so, and what to do about it. */
const verdict = z.object({ code: z.string(), sentence: z.string() });

export const grant = z
  .object({
    access_token: z.string(),
    token_type: z.literal("bearer"),
    /** Seconds until the access token ends. */
    expires_in: z.int().min(1),
    /** Works once. Null where the cookie carries it instead. */
    refresh_token: z.string().nullable(),
  })
  .meta({ id: "Grant" });

export const role = z.enum(["admin", "viewer"]);
export const cameraIds = z.array(z.string().regex(/^[a-z0-9-]{1,64}$/)).max(256);

export const user = z
  .object({
    id: z.string(),
    username: z.string(),
    role,
    disabled: z.boolean(),
    created_at: time,
    /** That a viewer may see; null for all. */
    camera_ids: z.array(z.string()).nullable(),
  })
  .meta({ id: "User" });

export const cameraState = z.enum([
  "connecting",
  "online",
  "stalled",
  "offline",
  "auth_failed",
  "config_error",
  "ffmpeg_missing",
  "ffmpeg_crashed",
  "disabled",
]);

export const camera = z
  .object({
    id: z.string(),
    name: z.string(),
    state: cameraState,
    /** What is the matter and what to do; null while all is well. */
    reason: z.string().nullable(),
    since: time,
    /** What is the matter with its sight; null while nothing is. */
    tampering: tampering.nullable(),
    /** Pictures a second that motion looks at. */
    fps: z.number().min(0),
    last_frame_at: time.nullable(),
    codec: z.string().nullable(),
    width: count.nullable(),
    height: count.nullable(),
    /** Looked at by motion or dropped, since the daemon started. */
    frames_seen: count,
    frames_dropped: count,
    /** Parts of the stream that came damaged; motion does not look at the pictures they spoil. */
    units_damaged: count,
    connections: count,
    /** How much of the stream is decoded; adaptive is key frames alone while nothing moves. */
    decoding: z.object({
      mode: z.enum(["full", "adaptive"]),
      now: z.enum(["watching", "quiet"]),
      /** Why it is so, where the configuration does not say it; null otherwise. */
      reason: z.string().nullable(),
    }),
  })
  .meta({ id: "Camera" });

export const analysisStatus = z.enum([
  "disabled",
  "pending",
  "running",
  "done",
  "reused",
  "skipped",
  "failed",
]);

export const description = z
  .object({
    model: z.string(),
    model_digest: z.string().nullable(),
    prompt_version: z.int(),
    title: z.string(),
    description: z.string(),
    objects: z.array(z.string()),
    people: count,
    vehicles: count,
    activity: z.string(),
    /** 0 nothing, 1 worth a look, 2 unusual, 3 alarming. */
    concern: z.int().min(0).max(3),
    confidence: share.nullable(),
    reused_from: z.string().nullable(),
    processing_ms: z.number().min(0),
    described_at: time,
    /** From the asking to the model. */
    queue_wait_ms: z.number().min(0),
    server_version: z.string().nullable(),
    /** SHA-256 of the picture as the model saw it, in hex. */
    image_hash: z.string().nullable(),
  })
  .meta({ id: "Description" });

export const motionEvent = z
  .object({
    id: z.string(),
    camera_id: z.string(),
    started_at: time,
    /** Null while it lasts. */
    ended_at: time.nullable(),
    /** Of the chosen frame. */
    timestamp: time,
    confidence: share,
    significance_score: share,
    boxes: z.array(box),
    snapshot_url: z.string().nullable(),
    analysis_status: analysisStatus,
    /** Why, for every status but `done`. */
    analysis_reason: z.string().nullable(),
    motion_summary: z.string(),
    /** Somebody looked at it. */
    seen: z.boolean(),
    /** Somebody wants it kept, however old it gets. */
    important: z.boolean(),
    analysis: z.string().nullable(),
    ai: description.nullable(),
  })
  .meta({ id: "MotionEvent" });

export const eventPage = z
  .object({ items: z.array(motionEvent), next_cursor: z.string().nullable() })
  .meta({ id: "EventPage" });

export const cameraPage = z
  .object({ items: z.array(camera), next_cursor: z.null() })
  .meta({ id: "CameraPage" });

export const slugParameter = z.strictObject({ id: z.string().regex(/^[a-z0-9-]{1,64}$/) });
export const uuidParameter = z.strictObject({ id: z.uuid() });

/** `captured` is the sum of all the others. */
export const ledgerLine = z
  .object({
    camera_id: z.string(),
    captured: count,
    described: count,
    reused: count,
    skipped: count,
    failed: count,
    waiting: count,
    disabled: count,
  })
  .meta({ id: "LedgerLine" });

export const status = z
  .object({
    state: z.enum(["ok", "degraded"]),
    /** `time_zone`: by its IANA name; what the box calls a day, and an hour. */
    site: z.object({ id: z.string(), name: z.string(), time_zone: z.string() }),
    version: z.string(),
    started_at: time,
    uptime_s: z.number().min(0),
    /** How late the process comes to its own work, since it started. */
    event_loop_lag: z.object({ p99_ms: z.number().min(0), max_ms: z.number().min(0) }),
    cameras: z.array(camera),
    queue: queueReport,
    model: verdict.extend({
      name: z.string(),
      version: z.string().nullable(),
      digest: z.string().nullable(),
    }),
    sync: syncReport,
    disk: verdict.extend({
      free_bytes: z.number().min(0).nullable(),
      free_percent: z.number().min(0).max(100).nullable(),
    }),
    retention: retentionReport,
    ledger: z.array(ledgerLine),
    problems: z.array(verdict),
  })
  .meta({ id: "Status" });

export const health = z.object({ state: z.literal("ok") }).meta({ id: "Health" });

export const ticket = z
  .object({
    ticket: z.string(),
    /** Seconds. */
    expires_in: z.int().min(1),
  })
  .meta({ id: "Ticket" });

/** RFC 9457. */
export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    request_id: z.string(),
    /** What is wrong with the request, field by field. */
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem" });

/** The one message that a client sends, and the first on the socket. */
export const hello = z.strictObject({
  type: z.literal("hello"),
  ticket: z.string().min(1).max(128),
  /** `seq` of the last message seen. */
  since: z.int().min(0).optional(),
  /** Only these cameras; all when absent. */
  cameras: z.array(z.string().min(1).max(64)).max(64).optional(),
});

/** What the hub is told; `seq` and `sent_at` come on top. */
export const feedNews = z.discriminatedUnion("type", [
  z.object({ type: z.literal("event.started"), event: motionEvent }),
  z.object({ type: z.literal("event.updated"), event: motionEvent }),
  z.object({ type: z.literal("event.ended"), event: motionEvent }),
  z.object({ type: z.literal("event.analyzed"), event: motionEvent }),
  z.object({
    type: z.literal("event.deleted"),
    event: z.object({ id: z.string(), camera_id: z.string() }),
  }),
  z.object({ type: z.literal("camera.state"), camera }),
  z.object({ type: z.literal("camera.removed"), camera: z.object({ id: z.string() }) }),
  z.object({ type: z.literal("queue.state"), queue }),
  z.object({ type: z.literal("motion.level"), level: motionLevel }),
]);

/**
 * What concerns an event takes the next number; everything else carries the newest number there is
 * and takes none of its own. A `motion.level` comes at most twice a second, of the cameras that the hello named.
 */
export const feedMessage = z.intersection(
  z.object({ seq: count, sent_at: time }),
  z.union([
    z.object({ type: z.literal("welcome") }),
    z.object({ type: z.literal("resync") }),
    feedNews,
  ]),
);

export type Grant = z.output<typeof grant>;
export type User = z.output<typeof user>;
export type Camera = z.output<typeof camera>;
export type MotionEvent = z.output<typeof motionEvent>;
export type Description = z.output<typeof description>;
export type AnalysisStatus = z.output<typeof analysisStatus>;
export type EventPage = z.output<typeof eventPage>;
export type CameraPage = z.output<typeof cameraPage>;
export type LedgerLine = z.output<typeof ledgerLine>;
export type Status = z.output<typeof status>;
export type Ticket = z.output<typeof ticket>;
export type Problem = z.output<typeof problem>;
export type Hello = z.output<typeof hello>;
export type FeedNews = z.output<typeof feedNews>;
export type FeedMessage = z.output<typeof feedMessage>;

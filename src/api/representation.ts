/** What we know, as it goes over the wire: snake_case, RFC 3339, shares within 0..1. Pure. */
import { createHash } from "node:crypto";

import type { Box, Polygon } from "../camera/frame.ts";
import type { MotionConfig } from "../config/schema.ts";
import type { Announcement, QueueCounts as Counts } from "../events/announcement.ts";
import type { DescribedEvent, EarlierPicture } from "../events/event.ts";
import type { MotionLevel as Level } from "../events/motion-level.ts";
import type { Tampering as Happening, WatchedCamera } from "../events/tampering.ts";
import { explainRestless } from "../motion/explanation.ts";
import type { Rehearsal as Rehearsed } from "../motion/rehearsal.ts";
import type { RestlessPlace } from "../motion/restless.ts";
import type { QueueState } from "../queue/analysis-queue.ts";
import type { LedgerLine as Line } from "../store/ledger.ts";
import type { Session as SignedIn } from "../store/sessions.ts";
import type { User as Account } from "../store/users.ts";
import {
  type Camera,
  type Description,
  type FeedNews,
  feedNews,
  type LedgerLine,
  type MotionEvent,
  type User,
} from "./contract.ts";
import type { EventPicture } from "./event-contract.ts";
import type { MotionLevel, MotionSettings, MotionTuning, Rehearsal } from "./motion-contract.ts";
import type { QueueCounts, QueueReport } from "./queue-contract.ts";
import type { Tampering } from "./tampering-contract.ts";

export const API_PATH = "/api/v1";

export type NamedCamera = WatchedCamera & { name: string };

export interface QueueReading {
  counts: Counts;
  state: QueueState;
}

/** Everything that is announced, as the feed tells it. Throws for what breaks the contract. */
export function toFeedNews(
  announcement: Announcement,
  nameOf: (cameraId: string) => string,
): FeedNews {
  return feedNews.parse(toNews(announcement, nameOf));
}

function toNews(announcement: Announcement, nameOf: (cameraId: string) => string): FeedNews {
  const { type } = announcement;
  switch (type) {
    case "event.started":
    case "event.updated":
    case "event.ended":
    case "event.analyzed":
      return { type, event: toMotionEvent(announcement.event) };
    case "event.deleted": {
      const { id, cameraId } = announcement.event;
      return { type, event: { id, camera_id: cameraId } };
    }
    case "camera.state": {
      const { camera } = announcement;
      return { type, camera: toCamera({ ...camera, name: nameOf(camera.cameraId) }) };
    }
    case "camera.removed":
      return { type, camera: { id: announcement.cameraId } };
    case "queue.state":
      return { type, queue: toQueue(announcement.queue) };
    case "motion.level":
      return { type, level: toMotionLevel(announcement.level) };
    default:
      return announcement satisfies never;
  }
}

export function toMotionEvent(event: DescribedEvent): MotionEvent {
  return {
    id: event.id,
    camera_id: event.cameraId,
    started_at: toTime(event.startedAt),
    ended_at: toTimeOrNull(event.endedAt),
    timestamp: toTime(event.timestamp),
    confidence: toShare(event.confidence),
    significance_score: toShare(event.significanceScore),
    boxes: event.boxes.map(toBox),
    snapshot_url: toSnapshotUrl(event),
    analysis_status: event.analysisStatus,
    analysis_reason: event.analysisReason,
    motion_summary: event.motionSummary,
    seen: event.seen,
    important: event.important,
    analysis: event.ai?.description ?? null,
    ai: event.ai && toDescription(event.ai),
  };
}

/** Another picture has another address, so that nobody goes on showing the one before. */
function toSnapshotUrl({ id, snapshot }: DescribedEvent): string | null {
  if (snapshot === null) return null;
  return `${API_PATH}/events/${id}/snapshot.jpg?v=${toPictureKey(snapshot)}`;
}

/** The file's name is nobody's business outside. */
export function toPictureKey(snapshot: string): string {
  return createHash("sha256").update(snapshot).digest("base64url").slice(0, 8);
}

export function toEventPicture(eventId: string, picture: EarlierPicture): EventPicture {
  const { snapshot, capturedAt, boxes } = picture;
  return {
    url: `${API_PATH}/events/${eventId}/pictures/${toPictureKey(snapshot)}`,
    captured_at: toTime(capturedAt),
    boxes: boxes.map(toBox),
  };
}

function toDescription(ai: NonNullable<DescribedEvent["ai"]>): Description {
  return {
    model: ai.model,
    model_digest: ai.modelDigest,
    prompt_version: ai.promptVersion,
    title: ai.title,
    description: ai.description,
    objects: [...ai.objects],
    people: ai.people,
    vehicles: ai.vehicles,
    activity: ai.activity,
    concern: ai.concern,
    confidence: ai.confidence === null ? null : toShare(ai.confidence),
    reused_from: ai.reusedFrom,
    processing_ms: ai.processingMs,
    described_at: toTime(ai.createdAt),
    queue_wait_ms: ai.queueWaitMs,
    server_version: ai.serverVersion,
    image_hash: ai.imageHash,
  };
}

export function toCamera(camera: NamedCamera): Camera {
  return {
    id: camera.cameraId,
    name: camera.name,
    state: camera.state,
    reason: camera.reason,
    since: toTime(camera.since),
    tampering: camera.tampering && toTampering(camera.tampering),
    fps: camera.framesPerSecond,
    last_frame_at: toTimeOrNull(camera.lastFrameAt),
    codec: camera.codec,
    width: camera.width,
    height: camera.height,
    frames_seen: camera.framesSeen,
    frames_dropped: camera.framesDropped,
    units_damaged: camera.unitsDamaged,
    connections: camera.connections,
    decoding: camera.decoding,
  };
}

export function toTampering(happening: Happening): Tampering {
  const { id, cameraId, kind, startedAt, endedAt, sentence } = happening;
  const times = { started_at: toTime(startedAt), ended_at: toTimeOrNull(endedAt) };
  return { id, camera_id: cameraId, kind, ...times, sentence };
}

export function toQueue(queue: Counts): QueueCounts {
  const { waiting, waitingByUrgency, shed, running, dead, oldestAt } = queue;
  const { asked, urgent, ordinary, low } = waitingByUrgency;
  return {
    ...{ waiting, waiting_by_urgency: { asked, urgent, ordinary, low }, shed, running, dead },
    oldest_at: toTimeOrNull(oldestAt),
  };
}

export function toQueueReport({ counts, state }: QueueReading): QueueReport {
  const { paused, workers, arrivalsPerMinute, finishedPerMinute, serviceMs, drainSeconds } = state;
  return {
    ...toQueue(counts),
    workers,
    arrivals_per_minute: arrivalsPerMinute,
    finished_per_minute: finishedPerMinute,
    service_s: serviceMs === null ? null : serviceMs / 1000,
    drain_s: drainSeconds,
    paused: paused && { code: paused.code, sentence: paused.reason, since: toTime(paused.since) },
  };
}

export function toMotionSettings(motion: MotionConfig): MotionSettings {
  return {
    sensitivity: motion.sensitivity,
    significance_threshold: motion.significanceThreshold,
    ai_analysis_enabled: motion.aiAnalysisEnabled,
    masks: motion.masks.map(toPolygon),
    zones: motion.zones.map(({ name, polygon }) => ({ name, polygon: toPolygon(polygon) })),
    schedule: motion.schedule.map(({ days, from, to }) => ({ days: [...days], from, to })),
    min_area: motion.minArea,
    min_duration_s: motion.minDurationS,
  };
}

export function toMotionTuning(
  motion: MotionConfig,
  places: readonly RestlessPlace[],
): MotionTuning {
  const restless = places.map(({ box: [x, y, w, h], share }) => {
    const place = { x: toShare(x), y: toShare(y), w: toShare(w), h: toShare(h) };
    return { ...place, share: toShare(share) };
  });
  return { ...toMotionSettings(motion), restless, restless_sentence: explainRestless(places) };
}

export function toRehearsal({ frames, events, moments }: Rehearsed): Rehearsal {
  const [first, last] = [moments[0], moments.at(-1)];
  return {
    frames,
    from: first ? toTime(first.at) : null,
    to: last ? toTime(last.at) : null,
    events: events.map((event) => ({
      started_at: toTime(event.startedAt),
      ended_at: toTime(event.endedAt),
      peak_at: toTime(event.peakAt),
      significance: toShare(event.significance),
      confidence: toShare(event.confidence),
      boxes: event.boxes.map(toBox),
      sentence: event.sentence,
    })),
    moments: moments.map(({ at, significance, boxes, isEvent, sentence }) => ({
      at: toTime(at),
      significance: toShare(significance),
      boxes: boxes.map(toBox),
      is_event: isEvent,
      sentence,
    })),
  };
}

function toPolygon(polygon: Polygon): [number, number][] {
  return polygon.map(([x, y]) => [x, y]);
}

function toMotionLevel(level: Level): MotionLevel {
  return {
    camera_id: level.cameraId,
    at: toTime(level.at),
    significance: toShare(level.significance),
    significance_threshold: level.significanceThreshold,
    confidence: toShare(level.confidence),
    boxes: level.boxes.map(toBox),
    why: level.why,
    sentence: level.sentence,
  };
}

export function toLedgerLine({ cameraId, ...counts }: Line): LedgerLine {
  return { camera_id: cameraId, ...counts };
}

/** Never the hash. */
export function toUser({ id, username, role, disabled, createdAt, cameraIds }: Account): User {
  const camera_ids = cameraIds && [...cameraIds];
  return { id, username, role, disabled, created_at: toTime(createdAt), camera_ids };
}

/** Never the hashes. */
export function toSession(session: SignedIn, currentId: string) {
  return {
    id: session.id,
    user_id: session.userId,
    created_at: toTime(session.createdAt),
    last_used_at: toTime(session.lastUsedAt),
    idle_expires_at: toTime(session.idleExpiresAt),
    expires_at: toTime(session.expiresAt),
    is_current: session.id === currentId,
  };
}

export function toTime(at: number): string {
  return new Date(at).toISOString();
}

function toTimeOrNull(at: number | null): string | null {
  return at === null ? null : toTime(at);
}

/** Arithmetic on pixels ends a hair outside at times; that must not cost an announcement. */
function toShare(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function toBox([x, y, width, height]: Box): [number, number, number, number] {
  return [toShare(x), toShare(y), toShare(width), toShare(height)];
}

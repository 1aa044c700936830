/**
 * Facts told outside. Announcing is synchronous, cannot throw and cannot be awaited: announcements
 * wake, the store tells.
 */
import type { DescribedEvent } from "./event.ts";
import type { MotionLevel } from "./motion-level.ts";
import type { WatchedCamera } from "./tampering.ts";

export type Announcement =
  | { type: "event.started"; event: DescribedEvent }
  | { type: "event.updated"; event: DescribedEvent }
  | { type: "event.ended"; event: DescribedEvent }
  | { type: "event.analyzed"; event: DescribedEvent }
  | { type: "event.deleted"; event: Pick<DescribedEvent, "id" | "cameraId"> }
  | { type: "camera.state"; camera: WatchedCamera }
  | { type: "queue.state"; queue: QueueCounts }
  /** Fleeting: only for those who asked for its camera, and not kept for who is away. */
  | { type: "motion.level"; level: MotionLevel };

/** The desk's ledger in short: jobs by state. */
export interface QueueCounts {
  /** Waiting for the model, for whatever reason. */
  waiting: number;
  running: number;
  /** Given up after bad answers; kept for a person to look at. */
  dead: number;
  /** Wall time of the oldest waiting job's event; null when none waits. */
  oldestAt: number | null;
}

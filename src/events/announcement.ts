/**
 * Facts told outside. Announcing is synchronous, cannot throw and cannot be awaited: announcements
 * wake, the store tells.
 */
import type { DescribedEvent } from "./event.ts";
import type { MotionLevel } from "./motion-level.ts";
import type { WatchedCamera } from "./tampering.ts";
import type { Urgency } from "./urgency.ts";

export type Announcement =
  | { type: "event.started"; event: DescribedEvent }
  | { type: "event.updated"; event: DescribedEvent }
  | { type: "event.ended"; event: DescribedEvent }
  | { type: "event.analyzed"; event: DescribedEvent }
  | { type: "event.deleted"; event: Pick<DescribedEvent, "id" | "cameraId"> }
  | { type: "camera.state"; camera: WatchedCamera }
  | { type: "camera.removed"; cameraId: string }
  | { type: "queue.state"; queue: QueueCounts }
  /** Fleeting: only for those who asked for its camera, and not kept for who is away. */
  | { type: "motion.level"; level: MotionLevel };

/** The desk's ledger in short: jobs by state. */
export interface QueueCounts {
  /** Waiting for the model, for whatever reason, and not shed. */
  waiting: number;
  /** The same by how soon they are wanted. */
  waitingByUrgency: Record<Exclude<Urgency, "shed">, number>;
  /** Could not be described in time, and wait until nothing else does. */
  shed: number;
  running: number;
  /** Given up after bad answers; kept for a person to look at. */
  dead: number;
  /** Since when the job waits that waits longest, by wall time; null when none waits. */
  oldestAt: number | null;
}

/**
 * In: began, peaked, ended of one camera. Out: an event row with its job, and its picture.
 * Never: waiting for the model, or holding up the camera's frames.
 *
 * The row comes first, in one transaction with its job, the moment motion began: from then on no
 * crash can lose the event, however long the picture takes. Pictures are taken one at a time beside
 * the camera loop; while one is taken only the newest better sighting waits. The job becomes due
 * when the best picture is on the disk, or by itself after PICTURE_PATIENCE_MS, so that neither a
 * crash nor an endless motion can strand it.
 */
import type { Box, StillPicture } from "../camera/frame.ts";
import type { Motion, PathPoint, Sighting } from "../motion/motion.ts";
import type { AnalysisStatus, MotionEvent } from "./event.ts";
import { toMotionSummary } from "./motion-summary.ts";

export const PICTURE_PATIENCE_MS = 30_000;

export interface RecorderPorts {
  createId(): string;
  /** Row and job in one durable transaction; `job` is null where the camera wants no analysis. */
  insertEvent(event: MotionEvent, job: { availableAt: number; priority: number } | null): void;
  /** Changes what motion knows of the event; never touches its analysis. */
  updateEvent(event: MotionEvent): void;
  /** Makes the event's waiting job due now. */
  releaseJob(eventId: string): void;
  /** The full picture of the frame, or null when it is no longer to be had. */
  takeStill(sighting: Sighting): Promise<StillPicture | null>;
  /** Durable when it resolves; answers the file's name. */
  savePicture(eventId: string, picture: StillPicture): Promise<string>;
  removePicture(name: string): Promise<void>;
  /** Tells outside that the stored event changed. */
  announce(change: "started" | "updated" | "ended", eventId: string): void;
  /** A picture could not be taken or written; the event stands without it. */
  onPictureFailed(eventId: string, error: unknown): void;
}

export interface Recorder {
  /** Stores what happened before it returns; the picture follows by itself. */
  record(motion: Motion): void;
  /** Resolves when no picture is in hand any more. */
  settle(): Promise<void>;
}

interface OpenEvent {
  event: MotionEvent;
  path: PathPoint[];
  /** The sighting that waits for its picture; a better one replaces it. */
  toTake: Sighting | null;
  /** Whether the job may go as soon as the picture in hand is stored. */
  jobReleased: boolean;
  release: boolean;
}

export function createRecorder(
  options: { cameraId: string; aiAnalysisEnabled: () => boolean },
  ports: RecorderPorts,
): Recorder {
  let open: OpenEvent | null = null;
  let inHand: Promise<void> = Promise.resolve();

  const photograph = (record: OpenEvent, sighting: Sighting): void => {
    const idle = record.toTake === null;
    record.toTake = sighting;
    // The chain owns the work; takeWaiting never rejects.
    if (idle) inHand = inHand.then(() => takeWaiting(record, ports));
  };

  return {
    record(motion) {
      switch (motion.type) {
        case "began": {
          open = begin(options, motion, ports);
          return photograph(open, motion.best);
        }
        case "peaked": {
          if (!open) return;
          open.release ||= motion.settled;
          return photograph(open, motion.best);
        }
        case "ended": {
          if (!open) return;
          const record = open;
          open = null;
          end(record, motion, ports);
          return photograph(record, motion.best);
        }
        default:
          return motion satisfies never;
      }
    },
    settle: () => inHand,
  };
}

/** Closes what a crash or a power cut left open; its job becomes due at once. */
export function closeLeftOpen(
  leftOpen: readonly MotionEvent[],
  ports: Pick<RecorderPorts, "updateEvent" | "releaseJob">,
): void {
  for (const event of leftOpen) {
    ports.updateEvent({ ...event, endedAt: Math.max(event.startedAt, event.timestamp) });
    ports.releaseJob(event.id);
  }
}

function begin(
  options: { cameraId: string; aiAnalysisEnabled: () => boolean },
  motion: Extract<Motion, { type: "began" }>,
  ports: RecorderPorts,
): OpenEvent {
  const { frame, score } = motion.best;
  const path = score.boxes[0] ? [{ at: frame.capturedAt, box: score.boxes[0] }] : [];
  const wanted = options.aiAnalysisEnabled();
  const event: MotionEvent = {
    id: ports.createId(),
    cameraId: options.cameraId,
    startedAt: motion.startedAt,
    endedAt: null,
    timestamp: frame.capturedAt,
    confidence: score.confidence,
    significanceScore: score.significance,
    boxes: score.boxes,
    snapshot: null,
    ...toInitialAnalysis(wanted),
    motionSummary: summarise(motion.startedAt, null, path, score.boxes),
    revision: 1,
  };
  const job = { availableAt: frame.capturedAt + PICTURE_PATIENCE_MS, priority: toPriority(event) };
  ports.insertEvent(event, wanted ? job : null);
  ports.announce("started", event.id);
  return { event, path, toTake: null, jobReleased: !wanted, release: false };
}

function end(
  record: OpenEvent,
  motion: Extract<Motion, { type: "ended" }>,
  ports: RecorderPorts,
): void {
  record.release = true;
  record.path = [...motion.path];
  record.event = {
    ...record.event,
    endedAt: motion.endedAt,
    motionSummary: summarise(
      record.event.startedAt,
      motion.endedAt,
      motion.path,
      motion.best.score.boxes,
    ),
  };
  ports.updateEvent(record.event);
  ports.announce("ended", record.event.id);
}

/** Takes the waiting picture, and the one that may have come meanwhile. Never rejects. */
async function takeWaiting(record: OpenEvent, ports: RecorderPorts): Promise<void> {
  let taken: Sighting | null = null;
  while (record.toTake && record.toTake.frame !== taken?.frame) {
    taken = record.toTake;
    if (taken.frame.capturedAt !== record.event.timestamp || record.event.snapshot === null) {
      await takePicture(record, taken, ports);
    }
  }
  record.toTake = null;
  if (record.release && !record.jobReleased) {
    record.jobReleased = true;
    ports.releaseJob(record.event.id);
  }
}

async function takePicture(
  record: OpenEvent,
  sighting: Sighting,
  ports: RecorderPorts,
): Promise<void> {
  const { frame, score } = sighting;
  try {
    const picture = (await ports.takeStill(sighting)) ?? toGreyPicture(sighting);
    const snapshot = await ports.savePicture(record.event.id, picture);
    const replaced = record.event.snapshot;
    record.event = {
      ...record.event,
      snapshot,
      timestamp: frame.capturedAt,
      confidence: score.confidence,
      significanceScore: Math.max(record.event.significanceScore, score.significance),
      boxes: score.boxes,
    };
    ports.updateEvent(record.event);
    ports.announce("updated", record.event.id);
    if (replaced !== null) await ports.removePicture(replaced);
  } catch (error) {
    ports.onPictureFailed(record.event.id, error);
  }
}

/** The small grey frame itself: a poor picture is better than none. */
function toGreyPicture({ frame }: Sighting): StillPicture {
  const rgb = new Uint8Array(frame.luma.length * 3);
  frame.luma.forEach((grey, pixel) => {
    rgb.fill(grey, pixel * 3, pixel * 3 + 3);
  });
  return { width: frame.width, height: frame.height, rgb };
}

function toInitialAnalysis(wanted: boolean): {
  analysisStatus: AnalysisStatus;
  analysisReason: string;
} {
  return wanted
    ? { analysisStatus: "pending", analysisReason: "Waiting for its best picture." }
    : { analysisStatus: "disabled", analysisReason: "This camera wants no descriptions." };
}

/** The desk serves the larger number first. */
function toPriority(event: MotionEvent): number {
  return Math.round(event.significanceScore * 1000);
}

function summarise(
  startedAt: number,
  endedAt: number | null,
  path: readonly PathPoint[],
  boxes: readonly Box[],
): string {
  return toMotionSummary({ startedAt, endedAt, path, peakBox: boxes[0] ?? null });
}

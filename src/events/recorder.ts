/**
 * In: began, peaked, ended of one camera. Out: an event row with its job, and its picture.
 * Never: waiting for the model, or holding up the camera's frames.
 *
 * When motion begins, the small grey frame is kept as a picture and then the row with its job, all
 * within milliseconds: from then on no crash can lose the event or leave it without a picture. The
 * full picture follows beside the camera loop, one at a time; while one is taken only the newest
 * better sighting waits. The job becomes due when the best picture is on the disk, or by itself
 * after PICTURE_PATIENCE_MS, so that neither a crash nor an endless motion can strand it.
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
  /** The row could not be written; it is tried again with the next that happens to the motion. */
  onRowFailed(eventId: string, error: unknown): void;
}

export interface Recorder {
  /** Resolves when it is stored; never rejects. The full picture follows by itself. */
  record(motion: Motion): Promise<void>;
  /** Resolves when nothing is in hand any more. */
  settle(): Promise<void>;
}

interface OpenEvent {
  event: MotionEvent;
  /** Whether the row is in the store. */
  isStored: boolean;
  /** Whether the picture is the camera's own and not the small grey frame. */
  hasFullPicture: boolean;
  /** The sighting that waits for its picture; a better one replaces it. */
  toTake: Sighting | null;
  /** Whether the job may go as soon as the picture in hand is stored. */
  mayRelease: boolean;
  isReleased: boolean;
}

export function createRecorder(
  options: { cameraId: string; aiAnalysisEnabled: () => boolean },
  ports: RecorderPorts,
): Recorder {
  let open: OpenEvent | null = null;
  /** What happens to motions, in the order in which it happened. */
  let rows: Promise<void> = Promise.resolve();
  /** The pictures behind them. */
  let pictures: Promise<void> = Promise.resolve();

  const photograph = (record: OpenEvent, sighting: Sighting): void => {
    const isIdle = record.toTake === null;
    record.toTake = sighting;
    // The chain owns the work; takeWaiting never rejects.
    if (isIdle) pictures = pictures.then(() => takeWaiting(record, ports));
  };
  const step = async (motion: Motion): Promise<void> => {
    if (motion.type === "began") open = await begin(options, motion, ports);
    if (!open) return;
    const record = open;
    if (motion.type === "peaked") record.mayRelease ||= motion.settled;
    if (motion.type === "ended") {
      open = null;
      end(record, motion, ports);
    }
    photograph(record, motion.best);
  };

  return {
    record(motion) {
      rows = rows.then(() => step(motion));
      return rows;
    },
    async settle() {
      await rows;
      await pictures;
    },
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

async function begin(
  options: { cameraId: string; aiAnalysisEnabled: () => boolean },
  motion: Extract<Motion, { type: "began" }>,
  ports: RecorderPorts,
): Promise<OpenEvent> {
  const { frame, score } = motion.best;
  const path = score.boxes[0] ? [{ at: frame.capturedAt, box: score.boxes[0] }] : [];
  const id = ports.createId();
  const event: MotionEvent = {
    id,
    cameraId: options.cameraId,
    startedAt: motion.startedAt,
    endedAt: null,
    timestamp: frame.capturedAt,
    confidence: score.confidence,
    significanceScore: score.significance,
    boxes: score.boxes,
    snapshot: await keepGreyFrame(id, motion.best, ports),
    ...toInitialAnalysis(options.aiAnalysisEnabled()),
    motionSummary: summarise(motion.startedAt, null, path, score.boxes),
    revision: 1,
  };
  const record: OpenEvent = {
    event,
    isStored: false,
    hasFullPicture: false,
    toTake: null,
    mayRelease: false,
    isReleased: event.analysisStatus === "disabled",
  };
  if (store(record, ports)) ports.announce("started", id);
  return record;
}

async function keepGreyFrame(
  eventId: string,
  sighting: Sighting,
  ports: RecorderPorts,
): Promise<string | null> {
  try {
    return await ports.savePicture(eventId, toGreyPicture(sighting));
  } catch (error) {
    ports.onPictureFailed(eventId, error);
    return null;
  }
}

function end(
  record: OpenEvent,
  motion: Extract<Motion, { type: "ended" }>,
  ports: RecorderPorts,
): void {
  const { startedAt } = record.event;
  const { endedAt, path, best } = motion;
  record.mayRelease = true;
  record.event = {
    ...record.event,
    endedAt,
    motionSummary: summarise(startedAt, endedAt, path, best.score.boxes),
  };
  if (store(record, ports)) ports.announce("ended", record.event.id);
}

/** Writes the row, for the first time or again. False when the disk would not. */
function store(record: OpenEvent, ports: RecorderPorts): boolean {
  const { event } = record;
  try {
    if (record.isStored) ports.updateEvent(event);
    else ports.insertEvent(event, toJob(event));
    record.isStored = true;
    return true;
  } catch (error) {
    ports.onRowFailed(event.id, error);
    return false;
  }
}

function toJob(event: MotionEvent): { availableAt: number; priority: number } | null {
  if (event.analysisStatus === "disabled") return null;
  return { availableAt: event.timestamp + PICTURE_PATIENCE_MS, priority: toPriority(event) };
}

/** Takes the waiting picture, and the one that may have come meanwhile. Never rejects. */
async function takeWaiting(record: OpenEvent, ports: RecorderPorts): Promise<void> {
  let taken: Sighting | null = null;
  while (record.toTake && record.toTake.frame !== taken?.frame) {
    taken = record.toTake;
    const isNew = taken.frame.capturedAt !== record.event.timestamp;
    if (isNew || !record.hasFullPicture) await takePicture(record, taken, ports);
  }
  record.toTake = null;
  if (record.mayRelease && !record.isReleased && record.isStored) {
    record.isReleased = release(record, ports);
  }
}

/** A job that cannot be released becomes due by itself, a little later. */
function release({ event }: OpenEvent, ports: RecorderPorts): boolean {
  try {
    ports.releaseJob(event.id);
    return true;
  } catch (error) {
    ports.onRowFailed(event.id, error);
    return false;
  }
}

/** A frame that left the ring leaves the picture that is there; it is of the same motion. */
async function takePicture(
  record: OpenEvent,
  sighting: Sighting,
  ports: RecorderPorts,
): Promise<void> {
  const { frame, score } = sighting;
  try {
    const picture = await ports.takeStill(sighting);
    if (!picture) return;
    const snapshot = await ports.savePicture(record.event.id, picture);
    const replaced = record.event.snapshot;
    record.hasFullPicture = true;
    record.event = {
      ...record.event,
      snapshot,
      timestamp: frame.capturedAt,
      confidence: score.confidence,
      significanceScore: Math.max(record.event.significanceScore, score.significance),
      boxes: score.boxes,
    };
    if (!store(record, ports)) return;
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

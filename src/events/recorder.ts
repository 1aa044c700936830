/**
 * In: began, peaked, ended of one camera. Out: an event row with its job, and its picture.
 * Never: waiting for the model, or holding up the camera's frames.
 *
 * When motion begins, the small grey frame is kept as a picture and then the row with its job, all
 * within milliseconds: from then on no crash can lose the event or leave it without a picture. The
 * full picture follows beside the camera loop. The job becomes due when the best picture is on the
 * disk, or by itself half a minute later, so that neither a crash nor an endless motion can strand
 * it.
 */
import type { Motion } from "../motion/motion.ts";
import type { AnalysisStatus, MotionEvent } from "./event.ts";
import { toMotionSummary } from "./motion-summary.ts";
import { type OpenEvent, type RowPorts, store } from "./open-event.ts";
import { createSnapshots, keepGreyFrame, type SnapshotPorts } from "./snapshots.ts";

export interface RecorderPorts extends SnapshotPorts {
  createId(): string;
  /** Resolves after a while, and rejects when the signal aborts. */
  rest(options: { signal: AbortSignal }): Promise<void>;
}

export interface Recorder {
  /** Resolves when it is stored; never rejects. The full picture follows by itself. */
  record(motion: Motion): Promise<void>;
  /** Resolves when nothing is in hand any more; what the disk refuses even then, the next start ends. */
  settle(): Promise<void>;
}

export interface RecorderOptions {
  cameraId: string;
  /** How much the camera's events matter beside those of others; 1 as a rule. */
  weight: number;
  aiAnalysisEnabled(): boolean;
}

/** Motions that are over and not written down so; one more is left to the next start. */
const OWED_MAX = 100;

export function createRecorder(options: RecorderOptions, ports: RecorderPorts): Recorder {
  let open: OpenEvent | null = null;
  let owed = 0;
  let paid: Promise<void> = Promise.resolve();
  let hurry = new AbortController();
  /** What happens to motions, in the order in which it happened. */
  let rows: Promise<void> = Promise.resolve();
  const snapshots = createSnapshots(ports);

  const step = async (motion: Motion): Promise<void> => {
    if (motion.type === "began") open = await begin(options, motion, ports);
    if (!open) return;
    const record = open;
    if (motion.type === "peaked") record.mayRelease ||= motion.settled;
    if (motion.type === "ended") {
      open = null;
      end(record, motion, ports);
    }
    snapshots.take(record, motion.best);
    if (motion.type === "ended" && owed < OWED_MAX) {
      owed += 1;
      const { signal } = hurry;
      // Never rejects. While the disk refuses the first, the others wait behind it.
      paid = Promise.all([paid, snapshots.settle()])
        .then(() => payOff(record, ports, signal))
        .finally(() => {
          owed -= 1;
        });
    }
  };

  return {
    record(motion) {
      rows = rows.then(() => step(motion));
      return rows;
    },
    async settle() {
      await rows;
      await snapshots.settle();
      hurry.abort();
      await paid;
      hurry = new AbortController();
    },
  };
}

/** Nothing more happens to the motion: what the disk refused of it is offered again and again. */
async function payOff(record: OpenEvent, ports: RecorderPorts, signal: AbortSignal): Promise<void> {
  while (!record.isCurrent) {
    await ports.rest({ signal }).catch(() => {});
    if (store(record, ports)) ports.announce("ended", record.event.id);
    else if (signal.aborted) return;
  }
}

/** Closes what a crash or a power cut left open; its job becomes due at once. */
export function closeLeftOpen(
  leftOpen: readonly MotionEvent[],
  ports: Pick<RowPorts, "updateEvent" | "releaseJob">,
): void {
  for (const event of leftOpen) {
    ports.updateEvent({ ...event, endedAt: Math.max(event.startedAt, event.timestamp) });
    // How much it matters was written down with the event.
    ports.releaseJob(event.id, 0);
  }
}

async function begin(
  options: RecorderOptions,
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
    motionSummary: toMotionSummary({
      startedAt: motion.startedAt,
      endedAt: null,
      path,
      peakBox: score.boxes[0] ?? null,
      zones: [...new Set(score.movers.flatMap(({ zones }) => zones))],
    }),
    revision: 1,
  };
  const record: OpenEvent = {
    event,
    isStored: false,
    isCurrent: false,
    hasFullPicture: false,
    earlier: [],
    toTake: null,
    mayRelease: false,
    isReleased: event.analysisStatus === "disabled",
    weight: options.weight,
  };
  if (store(record, ports)) ports.announce("started", id);
  return record;
}

function end(
  record: OpenEvent,
  motion: Extract<Motion, { type: "ended" }>,
  ports: RecorderPorts,
): void {
  const { startedAt } = record.event;
  const { endedAt, path, best, zones } = motion;
  const peakBox = best.score.boxes[0] ?? null;
  record.mayRelease = true;
  record.event = {
    ...record.event,
    endedAt,
    motionSummary: toMotionSummary({ startedAt, endedAt, path, peakBox, zones }),
  };
  if (store(record, ports)) ports.announce("ended", record.event.id);
}

function toInitialAnalysis(wanted: boolean): {
  analysisStatus: AnalysisStatus;
  analysisReason: string;
} {
  return wanted
    ? {
        analysisStatus: "pending",
        analysisReason: "Waiting for its best picture and its turn at the model.",
      }
    : { analysisStatus: "disabled", analysisReason: "This camera wants no descriptions." };
}

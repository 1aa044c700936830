/**
 * In: began, ended of what took a camera's sight away. Out: a row for each, kept durably, and word of
 * it. Never: waits, throws, or touches the motion events; the hand that covers a camera is one.
 *
 *   lasting ──► ended       by what the pictures show, or at the next start after a crash
 */
import type { CameraStatus } from "../camera/frame.ts";
import type { TamperNews } from "../motion/tamper.ts";
import type { TamperKind } from "../motion/tamper-signs.ts";

export interface Tampering {
  /** UUIDv7. */
  id: string;
  cameraId: string;
  kind: TamperKind;
  /** Wall time, epoch milliseconds. */
  startedAt: number;
  /** Null while it lasts. */
  endedAt: number | null;
  /** What it looks like and what to do. */
  sentence: string;
}

/** A camera with what is the matter with its sight; null while nothing is. */
export type WatchedCamera = CameraStatus & { tampering: Tampering | null };

export interface TamperingPorts {
  createId(): string;
  /** Durable when it returns. The first time it makes the row, later it ends it. */
  saveTampering(tampering: Tampering): void;
  /** What lasts is another now. */
  onChange(current: Tampering | null): void;
  /** The row could not be written; it is tried again when the tampering ends. */
  onRowFailed(tamperingId: string, error: unknown): void;
}

export interface TamperRecorder {
  /** Never throws. */
  record(news: TamperNews): void;
  /** What lasts at this moment. */
  current(): Tampering | null;
}

export function createTamperRecorder(cameraId: string, ports: TamperingPorts): TamperRecorder {
  let current: Tampering | null = null;
  const save = (tampering: Tampering): void => {
    try {
      ports.saveTampering(tampering);
    } catch (error) {
      ports.onRowFailed(tampering.id, error);
    }
  };

  return {
    current: () => current,
    record(news) {
      if (news.type === "began") {
        const { kind, startedAt } = news;
        const sentence = SENTENCES[kind];
        current = { id: ports.createId(), cameraId, kind, startedAt, endedAt: null, sentence };
        save(current);
      } else if (current) {
        save({ ...current, endedAt: news.endedAt });
        current = null;
      }
      ports.onChange(current);
    },
  };
}

/** Ends what a stop or a crash left open: what the camera normally shows has to be learned anew. */
export function endLeftOpen(
  leftOpen: readonly Tampering[],
  endedAt: number,
  ports: Pick<TamperingPorts, "saveTampering">,
): void {
  for (const tampering of leftOpen) {
    ports.saveTampering({ ...tampering, endedAt: Math.max(tampering.startedAt, endedAt) });
  }
}

const SENTENCES: Readonly<Record<TamperKind, string>> = {
  covered: "The picture is blank. Uncover the camera, or give it some light.",
  sprayed: "A part of the picture is blank, as if there were paint on the glass. Clean it.",
  moved:
    "The camera shows another view than before. Turn it back; " +
    "after two minutes the new view counts as its normal one.",
  frozen: "The camera repeats one and the same picture. Restart the camera.",
  out_of_focus:
    "The picture lost its sharpness everywhere. Clean the glass, then focus the camera.",
};

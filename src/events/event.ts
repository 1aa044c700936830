/**
 * What happened: one stretch of motion on one camera. An event exists, with its picture and its
 * motion summary, before and without the model; nothing that happens to the model changes that.
 *
 *   began ──► lasting ──► ended
 *
 * and beside it, on its own, the analysis:
 *
 *   disabled                        the camera's owner asked for none
 *   pending ──► running ──► done | reused | failed
 *      └──► skipped ──► running     shed by value, with a reason; described when the desk is idle
 *   running ──► pending             an outage or a bad answer with tries left
 *   done | failed | skipped ──► pending   asked for again
 */
import type { Box } from "../camera/frame.ts";

export type AnalysisStatus =
  | "disabled"
  | "pending"
  | "running"
  | "done"
  | "reused"
  | "skipped"
  | "failed";

export interface MotionEvent {
  /** UUIDv7. */
  id: string;
  cameraId: string;
  /** Wall time, epoch milliseconds. */
  startedAt: number;
  /** Null while it lasts. */
  endedAt: number | null;
  /** Wall time of the chosen frame. */
  timestamp: number;
  /** 0..1, of the chosen frame. */
  confidence: number;
  /** 0..1, the highest so far. */
  significanceScore: number;
  /** Of the chosen frame. */
  boxes: readonly Box[];
  /** File name inside the picture folder; null when the picture could not be had or written. */
  snapshot: string | null;
  analysisStatus: AnalysisStatus;
  /** A sentence that says why, for every status but `done`. */
  analysisReason: string | null;
  /** One factual sentence from the motion's geometry; never needs the model. */
  motionSummary: string;
  /** Grows by one with each change. */
  revision: number;
}

/** A picture of the event that a better one took the place of: how it was a moment before. */
export interface EarlierPicture {
  /** File name inside the picture folder. */
  snapshot: string;
  /** Wall time of its frame. */
  capturedAt: number;
  boxes: readonly Box[];
}

export interface Description {
  eventId: string;
  model: string;
  modelDigest: string | null;
  promptVersion: number;
  title: string;
  description: string;
  objects: readonly string[];
  people: number;
  vehicles: number;
  activity: string;
  /** 0 nothing, 1 worth a look, 2 unusual, 3 alarming. */
  concern: number;
  /** From token probabilities; null when the server gives none. Never a number the model made up. */
  confidence: number | null;
  reusedFrom: string | null;
  processingMs: number;
}

/** How a description came about, beside what it says. */
export interface DescriptionOrigin {
  createdAt: number;
  /** From the asking to the taking of the job, by wall time; 0 when the clock stepped back. */
  queueWaitMs: number;
  /** The model server's; null when unknown. */
  serverVersion: string | null;
  /** SHA-256 of the very picture the model was shown, in hex; null when unknown. */
  imageHash: string | null;
}

/** What people noted at the event. */
export interface EventMarks {
  /** Somebody looked at it. */
  seen: boolean;
  /** Somebody wants it kept: retention does not take it. */
  important: boolean;
}

export interface DescribedEvent extends MotionEvent, EventMarks {
  ai: (Description & DescriptionOrigin) | null;
}

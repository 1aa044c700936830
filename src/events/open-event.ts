/** An event while its motion lasts or its picture is taken, and its row in the store. */
import type { Sighting } from "../motion/motion.ts";
import type { EarlierPicture, MotionEvent } from "./event.ts";
import { toPriority } from "./urgency.ts";

export interface OpenEvent {
  event: MotionEvent;
  /** Whether the row is in the store. */
  isStored: boolean;
  /** Whether it says there what the event says. */
  isCurrent: boolean;
  /** Whether the picture is the camera's own and not the small grey frame. */
  hasFullPicture: boolean;
  /** Oldest first. */
  earlier: readonly EarlierPicture[];
  /** The sighting that waits for its picture; a better one replaces it. */
  toTake: Sighting | null;
  /** Whether the job may go as soon as the picture in hand is stored. */
  mayRelease: boolean;
  isReleased: boolean;
  /** The camera's own: how much its events matter beside those of others. */
  weight: number;
}

/** What an event's row needs of the house. */
export interface RowPorts {
  /** Row and job in one durable transaction; `job` is null where the camera wants no analysis. */
  insertEvent(event: MotionEvent, job: { availableAt: number; priority: number } | null): void;
  /** Changes what motion knows of the event; never touches its analysis. */
  updateEvent(event: MotionEvent): void;
  /** Makes the event's waiting job due now; it matters as much as the best picture does. */
  releaseJob(eventId: string, priority: number): void;
  /** The row could not be written; it is tried again with the next that happens to the motion, or later. */
  onRowFailed(eventId: string, error: unknown): void;
}

const PICTURE_PATIENCE_MS = 30_000;

/** Writes the row, for the first time or again. False when the disk would not. */
export function store(record: OpenEvent, ports: RowPorts): boolean {
  const { event } = record;
  record.isCurrent = false;
  try {
    if (record.isStored) ports.updateEvent(event);
    else ports.insertEvent(event, toJob(record));
    record.isStored = true;
    record.isCurrent = true;
    return true;
  } catch (error) {
    ports.onRowFailed(event.id, error);
    return false;
  }
}

function toJob({ event, weight }: OpenEvent): { availableAt: number; priority: number } | null {
  if (event.analysisStatus === "disabled") return null;
  const priority = toPriority(event.significanceScore, weight);
  return { availableAt: event.timestamp + PICTURE_PATIENCE_MS, priority };
}

/** A job that cannot be released becomes due by itself, a little later. */
export function release({ event, weight }: OpenEvent, ports: RowPorts): boolean {
  try {
    ports.releaseJob(event.id, toPriority(event.significanceScore, weight));
    return true;
  } catch (error) {
    ports.onRowFailed(event.id, error);
    return false;
  }
}

/** Event rows to and from `MotionEvent` and `DescribedEvent`. */
import { eq } from "drizzle-orm";

import type { Box } from "../camera/frame.ts";
import type { DescribedEvent, EventMarks, MotionEvent } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";
import { type DescriptionRow, toDescription } from "./descriptions.ts";
import { descriptions, motionEvents } from "./schema.ts";

export type EventRow = typeof motionEvents.$inferSelect;

/** Every event with what the model said of it, if anything; the caller filters and orders. */
export function selectDescribed({ orm }: EdgeDatabase) {
  return orm
    .select({ event: motionEvents, description: descriptions })
    .from(motionEvents)
    .leftJoin(descriptions, eq(descriptions.motionEventId, motionEvents.id));
}

export function toDescribedEvent(row: {
  event: EventRow;
  description: DescriptionRow | null;
}): DescribedEvent {
  const ai = row.description ? toDescription(row.description) : null;
  const { seen, important } = row.event;
  return { ...toMotionEvent(row.event), seen, important, ai };
}

/** Without what people noted at it, and what the centre has of it. */
export function toMotionEvent({ seen, important, thumbnailSent, ...row }: EventRow): MotionEvent {
  return { ...row, boxes: JSON.parse(row.boxes) as Box[] };
}

/** What motion knows of it; a new row is neither seen nor important. */
export function toEventRow(event: MotionEvent): Omit<EventRow, keyof EventMarks | "thumbnailSent"> {
  return {
    id: event.id,
    cameraId: event.cameraId,
    startedAt: Math.round(event.startedAt),
    endedAt: event.endedAt === null ? null : toEnd(event),
    timestamp: Math.round(event.timestamp),
    confidence: event.confidence,
    significanceScore: event.significanceScore,
    boxes: JSON.stringify(event.boxes),
    snapshot: event.snapshot,
    analysisStatus: event.analysisStatus,
    analysisReason: event.analysisReason,
    motionSummary: event.motionSummary,
    revision: event.revision,
  };
}

/** Wall time may step back between the two, and an event must not be refused for that. */
function toEnd({ startedAt, endedAt }: MotionEvent): number {
  return Math.round(Math.max(startedAt, endedAt ?? startedAt));
}

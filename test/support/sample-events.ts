import type { Place } from "../../src/analysis/prompt.ts";
import { createId } from "../../src/base/ids.ts";
import type { Description, MotionEvent } from "../../src/events/event.ts";

/** An event as the recorder writes it first, waiting for its description. */
export function createMotionEvent(given: Partial<MotionEvent> = {}): MotionEvent {
  const startedAt = given.startedAt ?? Date.UTC(2026, 0, 1);
  return {
    id: createId(),
    cameraId: "dock-door",
    startedAt,
    endedAt: null,
    timestamp: startedAt + 400,
    confidence: 0.8,
    significanceScore: 0.5,
    boxes: [[0.1, 0.2, 0.3, 0.4]],
    snapshot: null,
    analysisStatus: "pending",
    analysisReason: "Waiting for its best picture and its turn at the model.",
    motionSummary: "Motion for 1 s so far.",
    revision: 1,
    ...given,
  };
}

export function createDescription(eventId: string, given: Partial<Description> = {}): Description {
  return {
    eventId,
    model: "llava:7b",
    modelDigest: "sha256:8dd30f6b0cb1",
    promptVersion: 1,
    title: "A person at the door",
    description: "A person with a box stands at the dock door.",
    objects: ["person", "box"],
    people: 1,
    vehicles: 0,
    activity: "delivery",
    concern: 0,
    confidence: null,
    reusedFrom: null,
    processingMs: 900,
    ...given,
  };
}

export function createPlace(given: Partial<Place> = {}): Place {
  return { siteName: "Warehouse 3", cameraName: "Dock door", wish: null, language: "en", ...given };
}

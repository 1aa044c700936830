/**
 * In: an event's row and its kept picture. Out: what there is to be described, or a sentence why
 * there is nothing. A picture that is gone or broken stays so: no later try is better.
 */
import { ApplianceError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { MotionEvent } from "../events/event.ts";
import { openScenePicture } from "./picture.ts";
import type { Place, SceneFacts } from "./prompt.ts";
import type { Scene as KnownScene } from "./scene-memory.ts";

export interface ScenePorts {
  /** Null when the event is gone. */
  loadEvent(id: string): { event: MotionEvent; place: Place } | null;
  /** Null when the picture is gone. */
  readPicture(name: string): Promise<Uint8Array | null>;
  log: Log;
  /** IANA name; the machine's own when absent. */
  timeZone?: string;
}

export interface Scene {
  /** The kept picture, whole. */
  jpeg: Uint8Array;
  /** To be held against those that were described of late. */
  known: KnownScene;
  facts: SceneFacts;
}

export async function loadScene(
  ports: ScenePorts,
  id: string,
): Promise<Scene | { reason: string }> {
  const found = ports.loadEvent(id);
  if (!found) return { reason: "The event was deleted before it could be described." };
  const { event, place } = found;
  if (event.snapshot === null) return { reason: "The event has no picture to describe." };
  const jpeg = await ports.readPicture(event.snapshot);
  if (!jpeg) return { reason: "The event's picture is no longer there." };

  try {
    const picture = await openScenePicture(jpeg);
    const { cameraId, timestamp: capturedAt, boxes } = event;
    const durationMs = event.endedAt === null ? null : event.endedAt - event.startedAt;
    const facts = { place, capturedAt, durationMs, boxes, timeZone: ports.timeZone };
    return { jpeg, facts, known: { cameraId, capturedAt, boxes, picture } };
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    ports.log.warn("picture cannot be described", { eventId: id, reason: error.message });
    return { reason: "The event's picture is damaged." };
  }
}

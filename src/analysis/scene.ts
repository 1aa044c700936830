/**
 * In: an event's row and its kept picture. Out: what there is to be described, or a sentence why
 * there is nothing. A picture that is gone or broken stays so: no later try is better.
 */
import { ApplianceError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { EarlierPicture, MotionEvent } from "../events/event.ts";
import { openScenePicture, type Shot } from "./picture.ts";
import type { Place, SceneFacts } from "./prompt.ts";
import type { Scene as KnownScene } from "./scene-memory.ts";

export interface ScenePorts {
  /** Null when the event is gone. */
  loadEvent(
    id: string,
  ): { event: MotionEvent; earlier: readonly EarlierPicture[]; place: Place } | null;
  /** Null when the picture is gone. */
  readPicture(name: string): Promise<Uint8Array | null>;
  log: Log;
  /** IANA name; the machine's own when absent. */
  timeZone?: string;
}

export interface Scene {
  /** The kept picture, whole. */
  best: Shot;
  /** Oldest first. */
  earlier: readonly Shot[];
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
    const best = { jpeg, boxes, capturedAt };
    const earlier = await loadEarlier(ports, found.earlier);
    return { best, earlier, facts, known: { cameraId, capturedAt, boxes, picture } };
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    ports.log.warn("picture cannot be described", { eventId: id, reason: error.message });
    return { reason: "The event's picture is damaged." };
  }
}

/** A picture that is gone or cannot be read is only one moment fewer. */
async function loadEarlier(
  { readPicture }: Pick<ScenePorts, "readPicture">,
  pictures: readonly EarlierPicture[],
): Promise<Shot[]> {
  const shots = pictures.map(async ({ snapshot, capturedAt, boxes }) => {
    const jpeg = await readPicture(snapshot).catch(() => null);
    return jpeg && { jpeg, capturedAt, boxes };
  });
  return (await Promise.all(shots)).filter((shot) => shot !== null);
}

/**
 * In: sightings of an open event. Out: its picture, written and named in its row, and those of
 * earlier moments that it took the place of, which a model is shown beside it.
 * Never: more than one picture at a time for a camera; while one is taken only the newest better
 * sighting waits.
 */
import type { StillPicture } from "../camera/frame.ts";
import type { Sighting } from "../motion/motion.ts";
import type { EarlierPicture, MotionEvent } from "./event.ts";
import { type OpenEvent, type RowPorts, release, store } from "./open-event.ts";

export interface SnapshotPorts extends RowPorts {
  /** The full picture of the frame, or null when it is no longer to be had. */
  takeStill(sighting: Sighting): Promise<StillPicture | null>;
  /** Durable when it resolves; answers the file's name. */
  savePicture(eventId: string, picture: StillPicture): Promise<string>;
  removePicture(name: string): Promise<void>;
  /** Which pictures of earlier moments the event has from now on; oldest first. */
  keepEarlier(eventId: string, pictures: readonly EarlierPicture[]): void;
  /** Tells outside that the stored event changed. */
  announce(change: "started" | "updated" | "ended", eventId: string): void;
  /** A picture could not be taken or written; the event stands without it. */
  onPictureFailed(eventId: string, error: unknown): void;
}

export interface Snapshots {
  /** Asks for the full picture of a sighting; it comes by itself. */
  take(record: OpenEvent, sighting: Sighting): void;
  /** Resolves when no picture is in hand any more. */
  settle(): Promise<void>;
}

export function createSnapshots(ports: SnapshotPorts): Snapshots {
  let inHand: Promise<void> = Promise.resolve();
  return {
    take(record, sighting) {
      const isIdle = record.toTake === null;
      record.toTake = sighting;
      // The chain owns the work; takeWaiting never rejects.
      if (isIdle) inHand = inHand.then(() => takeWaiting(record, ports));
    },
    settle: () => inHand,
  };
}

/** The small grey frame, which is at hand at once: a poor picture is better than none. */
export async function keepGreyFrame(
  eventId: string,
  sighting: Sighting,
  ports: SnapshotPorts,
): Promise<string | null> {
  try {
    return await ports.savePicture(eventId, toGreyPicture(sighting));
  } catch (error) {
    ports.onPictureFailed(eventId, error);
    return null;
  }
}

/** Closer in time, two pictures show the same. */
const APART_MS = 800;
const EARLIER_MAX = 2;

/** Takes the waiting picture, and the one that may have come meanwhile. Never rejects. */
async function takeWaiting(record: OpenEvent, ports: SnapshotPorts): Promise<void> {
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

/** A frame that left the ring leaves the picture that is there; it is of the same motion. */
async function takePicture(
  record: OpenEvent,
  sighting: Sighting,
  ports: SnapshotPorts,
): Promise<void> {
  const { frame, score } = sighting;
  try {
    const picture = await ports.takeStill(sighting);
    if (!picture) return;
    const snapshot = await ports.savePicture(record.event.id, picture);
    const replaced = record.event;
    const wasFull = record.hasFullPicture;
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
    for (const name of retire(record, replaced, wasFull, ports)) await ports.removePicture(name);
  } catch (error) {
    ports.onPictureFailed(record.event.id, error);
  }
}

/** Keeps the picture that was replaced, if it tells of another moment; answers what is not kept. */
function retire(
  record: OpenEvent,
  replaced: MotionEvent,
  wasFull: boolean,
  ports: SnapshotPorts,
): string[] {
  const { snapshot, timestamp: capturedAt, boxes } = replaced;
  if (snapshot === null) return [];
  if (!wasFull || record.event.timestamp - capturedAt < APART_MS) return [snapshot];
  const [first, ...others] = [...record.earlier, { snapshot, capturedAt, boxes }];
  // How it began, and how it was just before.
  const kept = [first, ...others.slice(1 - EARLIER_MAX)].filter((picture) => picture !== undefined);
  const dropped = record.earlier.filter((picture) => !kept.includes(picture));
  ports.keepEarlier(record.event.id, kept);
  record.earlier = kept;
  return dropped.map((picture) => picture.snapshot);
}

function toGreyPicture({ frame }: Sighting): StillPicture {
  const rgb = new Uint8Array(frame.luma.length * 3);
  frame.luma.forEach((grey, pixel) => {
    rgb.fill(grey, pixel * 3, pixel * 3 + 3);
  });
  return { width: frame.width, height: frame.height, rgb };
}

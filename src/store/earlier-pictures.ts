/** Which pictures of earlier moments an event has, beside its own. The files lie with the others. */
import { asc, eq, sql } from "drizzle-orm";

import type { Box } from "../camera/frame.ts";
import type { EarlierPicture } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";
import { earlierPictures, motionEvents } from "./schema.ts";

export interface EarlierPictureStore {
  /** Durable when it returns. Nothing is kept of an event that was deleted meanwhile. */
  replace(eventId: string, pictures: readonly EarlierPicture[]): void;
  /** Oldest first. */
  of(eventId: string): EarlierPicture[];
  /** Whether some event has this file as an earlier picture. */
  has(name: string): boolean;
}

export function createEarlierPictureStore(db: EdgeDatabase): EarlierPictureStore {
  const { orm } = db;
  const byEvent = orm
    .select()
    .from(earlierPictures)
    .where(eq(earlierPictures.motionEventId, sql.placeholder("eventId")))
    .orderBy(asc(earlierPictures.capturedAt))
    .prepare();
  const byName = orm
    .select({ snapshot: earlierPictures.snapshot })
    .from(earlierPictures)
    .where(eq(earlierPictures.snapshot, sql.placeholder("name")))
    .prepare();

  return {
    replace: (eventId, pictures) => db.transaction(() => replace(db, eventId, pictures)),
    of: (eventId) =>
      byEvent.all({ eventId }).map(({ snapshot, capturedAt, boxes }) => ({
        ...{ snapshot, capturedAt },
        boxes: JSON.parse(boxes) as Box[],
      })),
    has: (name) => byName.get({ name }) !== undefined,
  };
}

function replace(
  { orm }: EdgeDatabase,
  eventId: string,
  pictures: readonly EarlierPicture[],
): void {
  orm.delete(earlierPictures).where(eq(earlierPictures.motionEventId, eventId)).run();
  const event = orm
    .select({ id: motionEvents.id })
    .from(motionEvents)
    .where(eq(motionEvents.id, eventId))
    .get();
  if (!event) return;
  for (const { snapshot, capturedAt, boxes } of pictures) {
    const at = { motionEventId: eventId, capturedAt: Math.round(capturedAt) };
    orm
      .insert(earlierPictures)
      .values({ ...at, snapshot, boxes: JSON.stringify(boxes) })
      .run();
  }
}

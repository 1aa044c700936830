/** Which events' pictures the centre has: those of events that are over and that it knows as they are. */
import { asc, count, inArray, sql } from "drizzle-orm";

import type { EdgeDatabase } from "./database.ts";
import { motionEvents } from "./schema.ts";

export interface DueThumbnail {
  eventId: string;
  cameraId: string;
  revision: number;
  /** File name of the event's picture. */
  snapshot: string;
}

export interface ThumbnailMarks {
  /** Oldest first. */
  due(limit: number): DueThumbnail[];
  /** Also of what cannot be sent: it is not offered again. */
  settle(eventIds: readonly string[]): void;
  unsent(): number;
}

export function createThumbnailMarks(db: EdgeDatabase): ThumbnailMarks {
  const { orm } = db;
  const { id, cameraId, revision, snapshot } = motionEvents;
  const isUnsent = sql`${motionEvents.thumbnailSent} = 0 and ${motionEvents.endedAt} is not null and ${snapshot} is not null`;
  return {
    due: (limit) =>
      orm
        .select({ eventId: id, cameraId, revision, snapshot: sql<string>`${snapshot}` })
        .from(motionEvents)
        .where(
          sql`${isUnsent} and not exists (select 1 from sync_marks where motion_event_id = ${id})`,
        )
        .orderBy(asc(id))
        .limit(limit)
        .all(),
    settle: (eventIds) =>
      db.passingTransaction(() =>
        orm
          .update(motionEvents)
          .set({ thumbnailSent: true })
          .where(inArray(id, [...eventIds]))
          .run(),
      ),
    unsent: () =>
      orm.select({ count: count() }).from(motionEvents).where(isUnsent).get()?.count ?? 0,
  };
}

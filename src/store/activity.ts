/** How many events each camera had, hour by hour. */
import { and, asc, count, eq, gte, inArray, lt, max, sql } from "drizzle-orm";

import type { EdgeDatabase } from "./database.ts";
import { descriptions, motionEvents } from "./schema.ts";

const HOUR_MS = 3_600_000;

export interface ActivityQuery {
  /** Of any of these; of all when absent. */
  cameraIds?: readonly string[] | undefined;
  /** Where the first hour begins. */
  from: number;
  to: number;
}

export interface ActiveHour {
  cameraId: string;
  from: number;
  events: number;
  /** The greatest of those that were described. */
  concern: number | null;
}

/** Of hours in which anything happened; by camera, then by time. */
export function readActivity({ orm }: EdgeDatabase, query: ActivityQuery): ActiveHour[] {
  const { cameraIds, from, to } = query;
  const hour = sql<number>`cast((${motionEvents.startedAt} - ${from}) / ${HOUR_MS} as integer)`;
  const rows = orm
    .select({
      cameraId: motionEvents.cameraId,
      hour,
      events: count(),
      concern: max(descriptions.concern),
    })
    .from(motionEvents)
    .leftJoin(descriptions, eq(descriptions.motionEventId, motionEvents.id))
    .where(
      and(
        gte(motionEvents.startedAt, from),
        lt(motionEvents.startedAt, to),
        cameraIds && inArray(motionEvents.cameraId, [...cameraIds]),
      ),
    )
    .groupBy(motionEvents.cameraId, sql`2`)
    .orderBy(asc(motionEvents.cameraId), sql`2`)
    .all();
  return rows.map(({ hour, ...row }) => ({ ...row, from: from + hour * HOUR_MS }));
}

/** What the centre holds of one site, day by day in UTC, for a comparison with the box. */
import { and, eq, gte, isNull, lt, sql } from "drizzle-orm";

import type { Centre } from "./central-rows.ts";
import type { CentralSession } from "./central-session.ts";
import type { Tables } from "./central-tables.ts";

export type Tallies = Pick<Centre, "tallyByDay" | "revisionsOfDay">;

export function createTallies(
  { orm, ask }: CentralSession,
  { motionEvents }: Tables,
  siteId: string,
): Tallies {
  const isOwn = and(eq(motionEvents.siteId, siteId), isNull(motionEvents.deletedAt));
  const day = sql<string>`date_format(${motionEvents.startedAt}, '%Y-%m-%d')`;
  return {
    tallyByDay: () =>
      ask(() =>
        orm
          .select({
            day,
            events: sql<number>`count(*)`.mapWith(Number),
            revisions: sql<number>`sum(${motionEvents.revision})`.mapWith(Number),
          })
          .from(motionEvents)
          .where(isOwn)
          .groupBy(day)
          .orderBy(day),
      ),
    async revisionsOfDay(ofDay) {
      const from = `${ofDay} 00:00:00.000`;
      const isOfDay = and(
        gte(motionEvents.startedAt, from),
        lt(motionEvents.startedAt, sql`date_add(${from}, interval 1 day)`),
      );
      const columns = { eventId: motionEvents.eventId, revision: motionEvents.revision };
      const rows = await ask(() =>
        orm.select(columns).from(motionEvents).where(and(isOwn, isOfDay)),
      );
      return new Map(rows.map(({ eventId, revision }) => [eventId, revision]));
    },
  };
}

/**
 * Which events may go for good, and which have to stay: marked important, not yet known to the
 * centre, still lasting or still waiting for their description. Read by index, and never more than
 * was asked for.
 */
import { lt, sql } from "drizzle-orm";

import type { EdgeDatabase } from "./database.ts";
import { tamperings } from "./schema.ts";

export interface Expiry {
  /** Those that may go and began before, the oldest first. */
  expired(before: number, limit: number): string[];
  /** Those that may go, of least value first. */
  leastValuable(limit: number): string[];
  /** Of those that began before, why they have to stay; each is counted once. */
  held(before: number): { important: number; unsynced: number; waiting: number };
  removeTampering(before: number): number;
}

/** So much longer than one of none is an event of the highest significance, or concern, kept. */
const WORTH_MS = 14 * 86_400_000;
/** Among so many of the oldest the least valuable are looked for. */
const CHOICE = 1_000;

const isWaiting = sql`(ended_at is null or analysis_status in ('pending', 'running'))`;
const isMarked = sql`exists (select 1 from sync_marks where motion_event_id = motion_events.id)`;

/** `keepsUnsynced`: whether there is a centre; without one every event stays marked for ever. */
export function createExpiry(db: EdgeDatabase, options: { keepsUnsynced: boolean }): Expiry {
  const { orm } = db;
  const isUnsynced = options.keepsUnsynced ? isMarked : sql`0`;
  const mayGo = sql`important = 0 and not ${isWaiting} and not ${isUnsynced}`;
  return {
    expired: (before, limit) =>
      orm
        .all<{ id: string }>(sql`
          select id from motion_events where started_at < ${before} and ${mayGo}
          order by started_at, id limit ${limit}`)
        .map(({ id }) => id),
    leastValuable: (limit) =>
      orm
        .all<{ id: string }>(sql`
          select old.id as id from (
            select id, started_at, significance_score from motion_events where ${mayGo}
            order by started_at, id limit ${CHOICE}) as old
          left join descriptions on descriptions.motion_event_id = old.id
          order by old.started_at + ${WORTH_MS} *
            max(old.significance_score, coalesce(descriptions.concern, 0) / 3.0), old.id
          limit ${limit}`)
        .map(({ id }) => id),
    held(before) {
      const { important, unsynced, waiting } = orm.get<Record<string, number | null>>(sql`
        select sum(important) as important,
          sum(important = 0 and ${isWaiting}) as waiting,
          sum(important = 0 and not ${isWaiting} and ${isUnsynced}) as unsynced
        from motion_events where started_at < ${before}`);
      return { important: important ?? 0, unsynced: unsynced ?? 0, waiting: waiting ?? 0 };
    },
    removeTampering: (before) =>
      db.transaction(
        () => orm.delete(tamperings).where(lt(tamperings.endedAt, before)).run().changes,
      ),
  };
}

/** What the box holds, day by day in UTC, for a comparison with the centre; and how it is sent again. */
import { and, eq, gte, lt, sql } from "drizzle-orm";

import type { EdgeDatabase } from "./database.ts";
import { motionEvents } from "./schema.ts";
import { syncMarks } from "./sync-schema.ts";

export interface SyncAudit {
  /** Every day that has an event may be among them, oldest first. */
  days(): string[];
  tallyOfDay(day: string): { events: number; revisions: number };
  revisionsOfDay(day: string): Map<string, number>;
  /** Of these events, those whose newest revision the centre was not told or has refused. */
  findMarked(eventIds: readonly string[]): Set<string>;
  /**
   * Lets the centre be told anew, with a revision above its own: of the event as it is, or that there
   * is none. `revision`: of the centre; 0 when it has none.
   */
  remark(events: readonly { eventId: string; revision: number; day: string }[]): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export function createSyncAudit(db: EdgeDatabase): SyncAudit {
  const { orm } = db;
  return {
    days() {
      const ends = sql`select min(started_at) as first, max(started_at) as last from motion_events`;
      const { first, last } = orm.get<{ first: number | null; last: number | null }>(ends);
      if (first === null || last === null) return [];
      const days: string[] = [];
      for (let at = toMidnight(first); at <= last; at += DAY_MS) days.push(toDay(at));
      return days;
    },
    tallyOfDay(day) {
      const tally = orm
        .select({
          events: sql<number>`count(*)`,
          revisions: sql<number>`coalesce(sum(${motionEvents.revision}), 0)`,
        })
        .from(motionEvents)
        .where(isOfDay(day))
        .get();
      return tally ?? { events: 0, revisions: 0 };
    },
    revisionsOfDay(day) {
      const rows = orm
        .select({ id: motionEvents.id, revision: motionEvents.revision })
        .from(motionEvents)
        .where(isOfDay(day))
        .all();
      return new Map(rows.map(({ id, revision }) => [id, revision]));
    },
    findMarked(eventIds) {
      const rows = orm.all<{ id: string }>(sql`
        select motion_event_id as id from ${syncMarks}
        where motion_event_id in (select value from json_each(${JSON.stringify(eventIds)}))`);
      return new Set(rows.map(({ id }) => id));
    },
    remark: (events) =>
      db.transaction(() => {
        for (const event of events) remark(db, event);
      }),
  };
}

function isOfDay(day: string) {
  const from = Date.parse(`${day}T00:00:00.000Z`);
  return and(gte(motionEvents.startedAt, from), lt(motionEvents.startedAt, from + DAY_MS));
}

function remark(
  { orm }: EdgeDatabase,
  { eventId, revision, day }: { eventId: string; revision: number; day: string },
): void {
  // Where the box's revision is not above the centre's, the trigger marks the one that is.
  const raised = { revision: sql`max(${motionEvents.revision}, ${revision} + 1)` };
  const { changes } = orm
    .update(motionEvents)
    .set(raised)
    .where(eq(motionEvents.id, eventId))
    .run();
  const marked = sql`cast(unixepoch('subsec') * 1000 as integer)`;
  if (changes === 1) {
    orm.run(sql`
      insert into ${syncMarks} (motion_event_id, revision, camera_id, started_at, is_new, marked_at)
      select id, revision, camera_id, started_at, 0, ${marked} from motion_events where id = ${eventId}
      on conflict (motion_event_id) do nothing`);
    return;
  }
  // Which camera's it was nobody knows any more; what is left of it at the centre is that it is gone.
  const startedAt = Date.parse(`${day}T00:00:00.000Z`);
  orm.run(sql`
    insert into ${syncMarks} (motion_event_id, revision, camera_id, started_at, deleted_at, is_new, marked_at)
    values (${eventId}, ${revision + 1}, 'unknown', ${startedAt}, ${marked}, 0, ${marked})
    on conflict (motion_event_id) do update set revision = max(revision, excluded.revision)`);
}

function toMidnight(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

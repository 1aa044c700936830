/**
 * What waits for the desk, read by index and by the counts that triggers keep: nothing here costs
 * more when more waits. The indexes are named, because SQLite would otherwise take the one by state
 * and sort all that waits; the conditions are spelled out, as partial indexes need it.
 */
import { and, gt, inArray, ne, type SQL, sql } from "drizzle-orm";

import type { QueueCounts } from "../events/announcement.ts";
import type { Urgency } from "../events/urgency.ts";
import type { JobRows } from "../queue/job-store.ts";
import type { BacklogLine } from "../queue/shedding.ts";
import type { EdgeDatabase } from "./database.ts";
import { analysisJobs, jobCounts } from "./desk-schema.ts";
import { motionEvents } from "./schema.ts";

type Backlog = Pick<JobRows, "due" | "counts" | "backlog" | "shedLeast" | "shedLate">;

export function createBacklog(db: EdgeDatabase): Backlog {
  const lines = db.orm
    .select()
    .from(jobCounts)
    .where(and(ne(jobCounts.state, "done"), gt(jobCounts.count, 0)))
    .prepare();
  return {
    due: prepareDue(db),
    counts: () => toCounts(lines.all(), readOldestAt(db)),
    backlog: () =>
      lines
        .all()
        .filter(({ state }) => state === "waiting")
        .map(({ cameraId, urgency, count }) => ({ cameraId, count, urgency: urgency as Urgency })),
    shedLeast: (cameraId, count, reason) => shed(db, selectLeast(cameraId, count), reason),
    shedLate: (line, { before, limit, reason }) =>
      shed(db, selectLate(line, before, limit), reason),
  };
}

const candidate = {
  id: sql<string>`id`,
  cameraId: sql<string>`camera_id`,
  urgency: sql<Urgency>`urgency`,
  capturedAt: sql<number>`captured_at`,
};
const longestWaiting = sql`analysis_jobs indexed by analysis_jobs_longest_waiting
  where state = 'waiting' and urgency <> 'shed'`;
const isDue = sql`available_at <= ${sql.placeholder("now")}
  and id not in (select value from json_each(${sql.placeholder("but")}))`;

/** Prepared once: it is asked for every single description. */
function prepareDue({ orm }: EdgeDatabase): Backlog["due"] {
  const newest = orm
    .select(candidate)
    .from(sql`analysis_jobs`)
    .where(sql`id in (
      select (
        select id from analysis_jobs indexed by analysis_jobs_newest
        where state = 'waiting' and camera_id = line.camera_id and urgency = line.urgency
          and ${isDue}
        order by captured_at desc, id desc limit 1)
      from job_counts line where line.state = 'waiting' and line.count > 0)`)
    .prepare();
  const oldest = orm
    .select(candidate)
    .from(sql`${longestWaiting} and ${isDue} order by requested_at, id limit 1`)
    .prepare();
  return (now, but) => {
    const asked = { now, but: JSON.stringify(but) };
    return { candidates: newest.all(asked), longestWaiting: oldest.get(asked) ?? null };
  };
}

function readOldestAt({ orm }: EdgeDatabase): number | null {
  const oldest = orm.get<{ since: number } | undefined>(sql`
    select requested_at as since from ${longestWaiting} order by requested_at, id limit 1`);
  return oldest?.since ?? null;
}

function selectLeast(cameraId: string, limit: number): SQL {
  return sql`
    select id from analysis_jobs indexed by analysis_jobs_least
    where state = 'waiting' and urgency in ('ordinary', 'low') and camera_id = ${cameraId}
    order by priority, captured_at limit ${limit}`;
}

function selectLate({ cameraId, urgency }: BacklogLine, before: number, limit: number): SQL {
  return sql`
    select id from analysis_jobs indexed by analysis_jobs_newest
    where state = 'waiting' and camera_id = ${cameraId} and urgency = ${urgency}
      and captured_at < ${before}
    order by captured_at limit ${limit}`;
}

function toCounts(
  lines: readonly (typeof jobCounts.$inferSelect)[],
  oldestAt: number | null,
): QueueCounts {
  const waitingByUrgency = { asked: 0, urgent: 0, ordinary: 0, low: 0 };
  const counts = { waiting: 0, waitingByUrgency, shed: 0, running: 0, dead: 0, oldestAt };
  for (const { state, urgency, count } of lines) {
    if (state === "leased") counts.running += count;
    else if (state === "dead") counts.dead += count;
    else if (urgency === "shed") counts.shed += count;
    else {
      counts.waiting += count;
      waitingByUrgency[urgency as keyof typeof waitingByUrgency] += count;
    }
  }
  return counts;
}

function shed(db: EdgeDatabase, which: SQL, reason: string): string[] {
  return db.transaction(() => {
    const eventIds = db.orm
      .update(analysisJobs)
      .set({ urgency: "shed", waitingReason: reason })
      .where(sql`id in (${which})`)
      .returning({ eventId: analysisJobs.motionEventId })
      .all()
      .map(({ eventId }) => eventId);
    if (eventIds.length === 0) return [];
    db.orm
      .update(motionEvents)
      .set({
        analysisStatus: "skipped",
        analysisReason: reason,
        revision: sql`${motionEvents.revision} + 1`,
      })
      .where(inArray(motionEvents.id, eventIds))
      .run();
    return eventIds;
  });
}

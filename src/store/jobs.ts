/**
 * The desk's rows. A job's end, its description and its event's status are one transaction under
 * the lease's lock (settlements.ts), so that a result is there exactly once or not at all.
 */
import { and, desc, eq, gt, inArray, min, sql } from "drizzle-orm";

import type { QueueCounts } from "../events/announcement.ts";
import type { Job, Settlement } from "../queue/job.ts";
import type { JobRows, RecoveredJob } from "../queue/job-store.ts";
import type { EdgeDatabase } from "./database.ts";
import { createDescriptionStore, type DescriptionStore } from "./descriptions.ts";
import { analysisJobs } from "./schema.ts";
import { setStatus, settle } from "./settlements.ts";

export function createJobStore(db: EdgeDatabase): JobRows {
  const { orm } = db;
  const descriptions = createDescriptionStore(db);
  const dueIds = orm
    .select({ id: analysisJobs.id })
    .from(analysisJobs)
    // The plus keeps SQLite from sorting all that is due: it walks the order and stops early.
    .where(
      and(
        eq(analysisJobs.state, "waiting"),
        sql`+${analysisJobs.availableAt} <= ${sql.placeholder("now")}`,
      ),
    )
    .orderBy(...mostUrgentFirst)
    .limit(sql.placeholder("limit"))
    .prepare();
  const nextDue = orm
    .select({ at: min(analysisJobs.availableAt) })
    .from(analysisJobs)
    .where(eq(analysisJobs.state, "waiting"))
    .prepare();
  const readyById = orm
    .select({ id: analysisJobs.id })
    .from(analysisJobs)
    .where(and(eq(analysisJobs.id, sql.placeholder("id")), eq(analysisJobs.state, "ready")))
    .prepare();

  return {
    recover: (settle) => db.transaction(() => recover(db, descriptions, settle)),
    due: (now, limit) => dueIds.all({ now, limit }).map(({ id }) => id),
    nextDueAt: () => nextDue.get()?.at ?? null,
    bringForward: (latestAt) => db.transaction(() => bringForward(db, latestAt)),
    isReady: (id) => readyById.get({ id }) !== undefined,
    promote: (id) => db.transaction(() => void move(db, "waiting", "ready", id)),
    demoteReady: () => db.transaction(() => move(db, "ready", "waiting")),
    take: (count, lockId, now) => db.transaction(() => take(db, count, lockId, now)),
    settle: (job, settlement, now) =>
      db.transaction(() => settle(db, descriptions, job, settlement, now)),
    counts: () => readCounts(db),
  };
}

const mostUrgentFirst = [
  desc(analysisJobs.priority),
  desc(analysisJobs.capturedAt),
  desc(analysisJobs.id),
];

type JobRow = typeof analysisJobs.$inferSelect;

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    eventId: row.motionEventId,
    attempt: row.attempts,
    priority: row.priority,
    capturedAt: row.capturedAt,
    // Leased rows have one; the schema checks it.
    lockId: row.lockId ?? "",
  };
}

function move({ orm }: EdgeDatabase, from: JobRow["state"], to: JobRow["state"], id?: string) {
  const inState = eq(analysisJobs.state, from);
  const where = id === undefined ? inState : and(inState, eq(analysisJobs.id, id));
  return orm.update(analysisJobs).set({ state: to }).where(where).run().changes;
}

function bringForward({ orm }: EdgeDatabase, latestAt: number): number {
  const tooLate = and(eq(analysisJobs.state, "waiting"), gt(analysisJobs.availableAt, latestAt));
  return orm.update(analysisJobs).set({ availableAt: latestAt }).where(tooLate).run().changes;
}

function take(db: EdgeDatabase, count: number, lockId: string, now: number): Job[] {
  const { orm } = db;
  const mostUrgent = orm
    .select({ id: analysisJobs.id })
    .from(analysisJobs)
    .where(eq(analysisJobs.state, "ready"))
    .orderBy(...mostUrgentFirst)
    .limit(count);
  const taken = orm
    .update(analysisJobs)
    .set({
      state: "leased",
      lockId,
      leasedAt: now,
      attempts: sql`${analysisJobs.attempts} + 1`,
      waitingReason: null,
    })
    .where(inArray(analysisJobs.id, mostUrgent))
    .returning()
    .all()
    .map(toJob);
  for (const { eventId } of taken) {
    setStatus(db, eventId, "running", "The model is looking at its picture.");
  }
  return taken;
}

function recover(
  db: EdgeDatabase,
  descriptions: DescriptionStore,
  decide: (job: Job) => Settlement,
): RecoveredJob[] {
  const left = db.orm.select().from(analysisJobs).where(eq(analysisJobs.state, "leased")).all();
  move(db, "ready", "waiting");
  return left.map((row) => {
    const job = toJob(row);
    const settlement = decide(job);
    settle(db, descriptions, job, settlement, row.leasedAt ?? row.requestedAt);
    return { eventId: job.eventId, dead: settlement.type === "dead" };
  });
}

function readCounts({ orm }: EdgeDatabase): QueueCounts {
  const { state, capturedAt } = analysisJobs;
  const unfinished = inArray(state, ["waiting", "ready", "leased", "dead"]);
  const lines = orm
    .select({ state, count: sql<number>`count(*)`, oldestAt: min(capturedAt) })
    .from(analysisJobs)
    .where(unfinished)
    .groupBy(state)
    .all();

  const counts: QueueCounts = { waiting: 0, running: 0, dead: 0, oldestAt: null };
  for (const line of lines) {
    if (line.state === "leased") counts.running += line.count;
    else if (line.state === "dead") counts.dead += line.count;
    else {
      counts.waiting += line.count;
      counts.oldestAt = Math.min(counts.oldestAt ?? Infinity, line.oldestAt ?? Infinity);
    }
  }
  return counts;
}

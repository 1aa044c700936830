/**
 * The desk's rows. A job's end, its description and its event's status are one transaction under
 * the lease's lock (settlements.ts), so that a result is there exactly once or not at all.
 */
import { and, eq, gt, inArray, min, sql } from "drizzle-orm";

import type { Job, Settlement } from "../queue/job.ts";
import type { JobRows, RecoveredJob } from "../queue/job-store.ts";
import { createBacklog } from "./backlog.ts";
import type { EdgeDatabase } from "./database.ts";
import { createDeadJobs, type DeadJobs } from "./dead-jobs.ts";
import { createDescriptionStore, type DescriptionStore } from "./descriptions.ts";
import { analysisJobs } from "./desk-schema.ts";
import { type Request, requestByHand } from "./requests.ts";
import { motionEvents } from "./schema.ts";
import { settle } from "./settlements.ts";

export interface JobStore extends JobRows, DeadJobs {
  /** Describe (again), ahead of all others, even where no description was wanted. Repeatable. */
  requestByHand(eventId: string, now: number): Request;
}

export function createJobStore(db: EdgeDatabase): JobStore {
  const { orm } = db;
  const descriptions = createDescriptionStore(db);
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
  const promote = orm
    .update(analysisJobs)
    .set({ state: "ready" })
    .where(and(eq(analysisJobs.id, sql.placeholder("id")), eq(analysisJobs.state, "waiting")))
    .prepare();
  const take = prepareTake(db);

  return {
    ...createBacklog(db),
    ...createDeadJobs(db),
    requestByHand: (eventId, now) => db.transaction(() => requestByHand(db, eventId, now)),
    recover: (settle) => db.transaction(() => recover(db, descriptions, settle)),
    nextDueAt: () => nextDue.get()?.at ?? null,
    bringForward: (latestAt) => db.transaction(() => bringForward(db, latestAt)),
    isReady: (id) => readyById.get({ id }) !== undefined,
    promote: (id) => db.passingTransaction(() => void promote.run({ id })),
    demoteReady: () => db.transaction(() => demoteReady(db)),
    take: (count, lockId, now) => db.transaction(() => take(count, lockId, now)),
    settle: (job, settlement, now) =>
      db.transaction(() => settle(db, descriptions, job, settlement, now)),
  };
}

type JobRow = typeof analysisJobs.$inferSelect;

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    eventId: row.motionEventId,
    cameraId: row.cameraId,
    attempt: row.attempts,
    priority: row.priority,
    byHand: row.urgency === "asked",
    capturedAt: row.capturedAt,
    // Leased rows have one; the schema checks it.
    lockId: row.lockId ?? "",
  };
}

function demoteReady({ orm }: EdgeDatabase): number {
  const isReady = eq(analysisJobs.state, "ready");
  return orm.update(analysisJobs).set({ state: "waiting" }).where(isReady).run().changes;
}

function bringForward({ orm }: EdgeDatabase, latestAt: number): number {
  const tooLate = and(eq(analysisJobs.state, "waiting"), gt(analysisJobs.availableAt, latestAt));
  return orm.update(analysisJobs).set({ availableAt: latestAt }).where(tooLate).run().changes;
}

/** Prepared once: it is asked for every single description. */
function prepareTake({ orm }: EdgeDatabase) {
  // As many are ready as there are free hands; whose turn it was is decided already.
  const ready = orm
    .select({ id: analysisJobs.id })
    .from(analysisJobs)
    .where(eq(analysisJobs.state, "ready"))
    .limit(sql.placeholder("count"));
  const lease = orm
    .update(analysisJobs)
    .set({
      state: "leased",
      lockId: sql`${sql.placeholder("lockId")}`,
      leasedAt: sql`${sql.placeholder("now")}`,
      attempts: sql`${analysisJobs.attempts} + 1`,
      waitingReason: null,
    })
    .where(inArray(analysisJobs.id, ready))
    .returning()
    .prepare();
  const markRunning = orm
    .update(motionEvents)
    .set({
      analysisStatus: "running",
      analysisReason: "The model is looking at its picture.",
      revision: sql`${motionEvents.revision} + 1`,
    })
    .where(eq(motionEvents.id, sql.placeholder("eventId")))
    .prepare();

  return (count: number, lockId: string, now: number): Job[] => {
    const taken = lease.all({ count, lockId, now }).map(toJob);
    for (const { eventId } of taken) markRunning.run({ eventId });
    return taken;
  };
}

function recover(
  db: EdgeDatabase,
  descriptions: DescriptionStore,
  decide: (job: Job) => Settlement,
): RecoveredJob[] {
  const left = db.orm.select().from(analysisJobs).where(eq(analysisJobs.state, "leased")).all();
  demoteReady(db);
  return left.map((row) => {
    const job = toJob(row);
    const settlement = decide(job);
    settle(db, descriptions, job, settlement, row.leasedAt ?? row.requestedAt);
    return { eventId: job.eventId, dead: settlement.type === "dead" };
  });
}

/**
 * How a job's row, its event's status and its description change together when the desk has decided
 * what becomes of the job. Inside the caller's transaction.
 */
import { and, eq, type SQL, sql } from "drizzle-orm";

import type { AnalysisStatus } from "../events/event.ts";
import type { Urgency } from "../events/urgency.ts";
import type { Job, Settlement } from "../queue/job.ts";
import { SHED_REASON } from "../queue/shedding.ts";
import type { EdgeDatabase } from "./database.ts";
import type { DescriptionStore } from "./descriptions.ts";
import { analysisJobs } from "./desk-schema.ts";
import { motionEvents } from "./schema.ts";

/** False, and nothing written, when the lease is no longer the job's own. */
export function settle(
  db: EdgeDatabase,
  descriptions: DescriptionStore,
  job: Job,
  settlement: Settlement,
  now: number,
): boolean {
  const underLock = and(
    eq(analysisJobs.id, job.id),
    eq(analysisJobs.lockId, job.lockId),
    eq(analysisJobs.state, "leased"),
  );
  const row = db.orm.select().from(analysisJobs).where(underLock).get();
  if (!row) return false;

  const end = toEnd(settlement, row.urgency);
  db.orm
    .update(analysisJobs)
    .set({ lockId: null, ...end.job })
    .where(underLock)
    .run();
  if (settlement.type === "done" || settlement.type === "reused") {
    descriptions.save(settlement.description, {
      createdAt: now,
      queueWaitMs: Math.max(0, (row.leasedAt ?? now) - row.requestedAt),
      serverVersion: settlement.serverVersion ?? null,
      imageHash: settlement.imageHash ?? null,
    });
  }
  setStatus(db, job.eventId, end.status, end.reason);
  return true;
}

interface End {
  job: {
    state: (typeof analysisJobs.$inferSelect)["state"];
    availableAt?: number;
    attempts?: SQL;
    waitingReason: string | null;
    lastError?: string | null;
    rawAnswer?: string | null;
  };
  status: AnalysisStatus;
  reason: string | null;
}

function toEnd(settlement: Settlement, urgency: Urgency): End {
  // What was shed waits again as such: it gets no turn before the others for having been tried.
  const waiting = (reason: string) =>
    urgency === "shed"
      ? ({ status: "skipped", reason: SHED_REASON } as const)
      : ({ status: "pending", reason } as const);
  const finished = { waitingReason: null, lastError: null, rawAnswer: null };
  switch (settlement.type) {
    case "done":
      return { job: { state: "done", ...finished }, status: "done", reason: null };
    case "reused": {
      const reason = "The same scene was described a moment before; its words are repeated.";
      return { job: { state: "done", ...finished }, status: "reused", reason };
    }
    case "skipped":
      return {
        job: { state: "done", ...finished },
        status: "skipped",
        reason: settlement.reason,
      };
    case "retry": {
      const { availableAt, reason, rawAnswer } = settlement;
      const job = { availableAt, waitingReason: reason, lastError: reason, rawAnswer };
      return { job: { state: "waiting", ...job }, ...waiting(reason) };
    }
    case "postponed": {
      const { availableAt, reason } = settlement;
      // The try is given back: an outage is no fault of the job.
      const attempts = sql`${analysisJobs.attempts} - 1`;
      const job = { availableAt, waitingReason: reason, attempts };
      return { job: { state: "waiting", ...job }, ...waiting(reason) };
    }
    case "dead": {
      const { reason, rawAnswer } = settlement;
      const job = { waitingReason: null, lastError: reason, rawAnswer };
      return { job: { state: "dead", ...job }, status: "failed", reason };
    }
    default:
      return settlement satisfies never;
  }
}

export function setStatus(
  { orm }: EdgeDatabase,
  eventId: string,
  analysisStatus: AnalysisStatus,
  analysisReason: string | null,
): void {
  const revision = sql`${motionEvents.revision} + 1`;
  orm
    .update(motionEvents)
    .set({ analysisStatus, analysisReason, revision })
    .where(eq(motionEvents.id, eventId))
    .run();
}

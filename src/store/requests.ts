/** How an event comes to the desk: with its motion, or because a person asks for it. */
import { and, eq, sql } from "drizzle-orm";

import { createId } from "../base/ids.ts";
import type { MotionEvent } from "../events/event.ts";
import { ASKED_FOR_PRIORITY, toUrgency } from "../events/urgency.ts";
import type { EdgeDatabase } from "./database.ts";
import { analysisJobs } from "./desk-schema.ts";
import { toMotionEvent } from "./event-rows.ts";
import { motionEvents } from "./schema.ts";
import { setStatus } from "./settlements.ts";

export interface NewJob {
  availableAt: number;
  /** See events/urgency.ts. */
  priority: number;
}

/** `in-hand`: the model looks at its picture at this very moment, and nothing changes. */
export type Request = "queued" | "already-queued" | "in-hand" | "not-found";

export function insertJob({ orm }: EdgeDatabase, event: MotionEvent, job: NewJob): void {
  orm
    .insert(analysisJobs)
    .values(toJobRow(event, job, event.timestamp))
    .run();
}

/** Inside the caller's transaction. */
export function requestByHand(db: EdgeDatabase, eventId: string, now: number): Request {
  const { orm } = db;
  const row = orm.select().from(motionEvents).where(eq(motionEvents.id, eventId)).get();
  if (!row) return "not-found";
  const ofEvent = eq(analysisJobs.motionEventId, eventId);
  const before = orm.select().from(analysisJobs).where(ofEvent).get();
  if (before?.state === "leased") return "in-hand";
  const isUnfinished = before?.state === "waiting" || before?.state === "ready";
  if (isUnfinished && before.urgency === "asked") return "already-queued";

  const job = { availableAt: now, priority: ASKED_FOR_PRIORITY };
  const { id, motionEventId, ...fresh } = toJobRow(toMotionEvent(row), job, now);
  orm
    .insert(analysisJobs)
    .values({ id, motionEventId, ...fresh })
    .onConflictDoUpdate({
      target: analysisJobs.motionEventId,
      set: {
        ...fresh,
        // What was announced to the dispatcher stays so, and is taken as asked for.
        state: sql`case state when 'ready' then 'ready' else 'waiting' end`,
        attempts: 0,
        waitingReason: null,
        lastError: null,
        rawAnswer: null,
      },
    })
    .run();
  setStatus(db, eventId, "pending", "Asked for by a person; it goes ahead of the others.");
  return "queued";
}

/** An event's chosen picture may matter more than its first did. Inside the caller's transaction. */
export function releaseJob({ orm }: EdgeDatabase, eventId: string, given: NewJob): void {
  const isWaiting = and(eq(analysisJobs.motionEventId, eventId), eq(analysisJobs.state, "waiting"));
  const job = orm.select().from(analysisJobs).where(isWaiting).get();
  if (!job) return;
  const priority = Math.max(job.priority, Math.round(given.priority));
  orm
    .update(analysisJobs)
    .set({
      availableAt: Math.min(job.availableAt, Math.round(given.availableAt)),
      priority,
      urgency: job.urgency === "shed" ? job.urgency : toUrgency(priority),
    })
    .where(isWaiting)
    .run();
}

function toJobRow(event: MotionEvent, job: NewJob, requestedAt: number) {
  const priority = Math.round(job.priority);
  return {
    id: createId(),
    motionEventId: event.id,
    cameraId: event.cameraId,
    state: "waiting" as const,
    priority,
    urgency: toUrgency(priority),
    capturedAt: Math.round(event.timestamp),
    requestedAt: Math.round(requestedAt),
    availableAt: Math.round(job.availableAt),
  };
}

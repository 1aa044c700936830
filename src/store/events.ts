/**
 * Events: written by motion, read by everyone. An event and its job are one transaction. Motion
 * writes only motion's columns and the desk (jobs.ts) only the analysis columns, so that neither
 * can undo what the other did.
 */
import { and, eq, inArray, isNull, sql } from "drizzle-orm";

import { createId } from "../base/ids.ts";
import type { DescribedEvent, MotionEvent } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";
import { type EventPage, type EventQuery, readPage } from "./event-pages.ts";
import { selectDescribed, toDescribedEvent, toEventRow, toMotionEvent } from "./event-rows.ts";
import { type LedgerLine, readLedger } from "./ledger.ts";
import { analysisJobs, cameras, motionEvents } from "./schema.ts";

export interface EventStore {
  /** Row and job in one durable transaction; `job` is null where no analysis is wanted. */
  insert(event: MotionEvent, job: NewJob | null): void;
  /**
   * What motion knows of the event; never its analysis. Grows the revision. False when the event
   * was deleted meanwhile, which is no failure.
   */
  update(event: MotionEvent): boolean;
  /** Makes the event's waiting job due at `availableAt` if that is earlier than it was. */
  releaseJob(eventId: string, availableAt: number): void;
  find(id: string): DescribedEvent | null;
  /** Newest first. Throws `invalid` for a cursor that is not ours. */
  list(query: EventQuery): EventPage;
  /** Events that a crash left without an end. */
  findOpen(): MotionEvent[];
  /** Whether some event's picture has this file name. */
  hasSnapshot(name: string): boolean;
  /** By camera; captured = the sum of the other counts, always. */
  ledger(): LedgerLine[];
  /**
   * Describe (again), ahead of all others; while its job is in hand nothing changes. False when
   * there is no such event.
   */
  requestAnalysis(eventId: string, now: number): boolean;
}

export interface NewJob {
  availableAt: number;
  /** The larger number is served first. */
  priority: number;
}

/** Above any priority that motion gives. */
export const ASKED_FOR_PRIORITY = 1_000_000;

export function createEventStore(db: EdgeDatabase): EventStore {
  const { orm } = db;
  const byId = selectDescribed(db)
    .where(eq(motionEvents.id, sql.placeholder("id")))
    .prepare();
  const open = orm.select().from(motionEvents).where(isNull(motionEvents.endedAt)).prepare();
  const bySnapshot = orm
    .select({ id: motionEvents.id })
    .from(motionEvents)
    .where(eq(motionEvents.snapshot, sql.placeholder("name")))
    .prepare();

  return {
    insert: (event, job) => db.transaction(() => insert(db, event, job)),
    update: (event) => db.transaction(() => update(db, event)),
    releaseJob: (eventId, availableAt) => db.transaction(() => release(db, eventId, availableAt)),
    find(id) {
      const row = byId.get({ id });
      return row ? toDescribedEvent(row) : null;
    },
    list: (query) => readPage(db, query),
    findOpen: () => open.all().map(toMotionEvent),
    hasSnapshot: (name) => bySnapshot.get({ name }) !== undefined,
    ledger: () => readLedger(db),
    requestAnalysis: (eventId, now) => db.transaction(() => requestAnalysis(db, eventId, now)),
  };
}

function insert({ orm }: EdgeDatabase, event: MotionEvent, job: NewJob | null): void {
  // An event is never refused because nobody has introduced its camera yet.
  const camera = { id: event.cameraId, name: event.cameraId, firstSeenAt: event.startedAt };
  orm.insert(cameras).values(camera).onConflictDoNothing().run();
  orm.insert(motionEvents).values(toEventRow(event)).run();
  if (job)
    orm
      .insert(analysisJobs)
      .values(toJobRow(event, job, event.timestamp))
      .run();
}

function update({ orm }: EdgeDatabase, event: MotionEvent): boolean {
  const { endedAt, timestamp, confidence, significanceScore, boxes, snapshot, motionSummary } =
    toEventRow(event);
  const { changes } = orm
    .update(motionEvents)
    .set({
      endedAt,
      timestamp,
      confidence,
      significanceScore: sql`max(${motionEvents.significanceScore}, ${significanceScore})`,
      boxes,
      snapshot,
      motionSummary,
      revision: sql`${motionEvents.revision} + 1`,
    })
    .where(eq(motionEvents.id, event.id))
    .run();
  return changes === 1;
}

function release({ orm }: EdgeDatabase, eventId: string, availableAt: number): void {
  orm
    .update(analysisJobs)
    .set({ availableAt: sql`min(${analysisJobs.availableAt}, ${Math.round(availableAt)})` })
    .where(and(eq(analysisJobs.motionEventId, eventId), eq(analysisJobs.state, "waiting")))
    .run();
}

function requestAnalysis({ orm }: EdgeDatabase, eventId: string, now: number): boolean {
  const row = orm.select().from(motionEvents).where(eq(motionEvents.id, eventId)).get();
  if (!row) return false;

  const job = { availableAt: now, priority: ASKED_FOR_PRIORITY };
  const { id, motionEventId, ...fresh } = toJobRow(toMotionEvent(row), job, now);
  const { changes } = orm
    .insert(analysisJobs)
    .values({ id, motionEventId, ...fresh })
    .onConflictDoUpdate({
      target: analysisJobs.motionEventId,
      set: { ...fresh, attempts: 0, waitingReason: null, lastError: null, rawAnswer: null },
      // A job that is ready or leased is being described at this very moment.
      setWhere: inArray(analysisJobs.state, ["waiting", "done", "dead"]),
    })
    .run();
  if (changes === 1) {
    orm
      .update(motionEvents)
      .set({
        analysisStatus: "pending",
        analysisReason: "Asked for by a person; it goes ahead of the others.",
        revision: sql`${motionEvents.revision} + 1`,
      })
      .where(eq(motionEvents.id, eventId))
      .run();
  }
  return true;
}

function toJobRow(event: MotionEvent, job: NewJob, requestedAt: number) {
  return {
    id: createId(),
    motionEventId: event.id,
    state: "waiting" as const,
    priority: Math.round(job.priority),
    capturedAt: Math.round(event.timestamp),
    requestedAt: Math.round(requestedAt),
    availableAt: Math.round(job.availableAt),
  };
}

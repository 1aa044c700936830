/**
 * Events: written by motion, read by everyone. An event and its job are one transaction. Motion
 * writes only motion's columns and the desk (jobs.ts) only the analysis columns, so that neither
 * can undo what the other did.
 */
import { eq, isNull, sql } from "drizzle-orm";

import type { DescribedEvent, EventMarks, MotionEvent } from "../events/event.ts";
import { type ActiveHour, type ActivityQuery, readActivity } from "./activity.ts";
import type { EdgeDatabase } from "./database.ts";
import { type EventPage, type EventQuery, readPage } from "./event-pages.ts";
import { selectDescribed, toDescribedEvent, toEventRow, toMotionEvent } from "./event-rows.ts";
import { type LedgerLine, readLedger } from "./ledger.ts";
import { insertJob, type NewJob, releaseJob, requestByHand } from "./requests.ts";
import { cameras, earlierPictures, motionEvents } from "./schema.ts";

export interface EventStore {
  /** Row and job in one durable transaction; `job` is null where no analysis is wanted. */
  insert(event: MotionEvent, job: NewJob | null): void;
  /**
   * What motion knows of the event; never its analysis. Grows the revision. False when the event
   * was deleted meanwhile, which is no failure.
   */
  update(event: MotionEvent): boolean;
  /** What people note; grows the revision where that changes anything. False: no such event. */
  mark(id: string, marks: Partial<EventMarks>): boolean;
  /** Makes the event's waiting job due earlier, and matter more, never the other way. */
  releaseJob(eventId: string, job: NewJob): void;
  /**
   * Takes the event away with its job, its description and the names of its pictures, which are
   * answered so that the files can go. Null when there is no such event.
   */
  remove(id: string): { cameraId: string; pictures: string[] } | null;
  find(id: string): DescribedEvent | null;
  /** Newest first. Throws `invalid` for a cursor that is not ours. */
  list(query: EventQuery): EventPage;
  /** How many of each camera, hour by hour. */
  activity(query: ActivityQuery): ActiveHour[];
  /** While it stays, so does everything that is told of events. */
  version(): string;
  /** Events that a crash left without an end. */
  findOpen(): MotionEvent[];
  /** Whether some event's picture has this file name. */
  hasSnapshot(name: string): boolean;
  /** By camera; captured = the sum of the other counts, always. */
  ledger(): LedgerLine[];
  /** As the desk's `requestByHand`. False when there is no such event. */
  requestAnalysis(eventId: string, now: number): boolean;
}

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
    mark: (id, marks) => db.transaction(() => mark(db, id, marks)),
    releaseJob: (eventId, job) => db.transaction(() => releaseJob(db, eventId, job)),
    remove: (id) => db.transaction(() => remove(db, id)),
    find(id) {
      const row = byId.get({ id });
      return row ? toDescribedEvent(row) : null;
    },
    list: (query) => readPage(db, query),
    activity: (query) => readActivity(db, query),
    version: db.version,
    findOpen: () => open.all().map(toMotionEvent),
    hasSnapshot: (name) => bySnapshot.get({ name }) !== undefined,
    ledger: () => readLedger(db),
    requestAnalysis: (eventId, now) =>
      db.transaction(() => requestByHand(db, eventId, now)) !== "not-found",
  };
}

function insert(db: EdgeDatabase, event: MotionEvent, job: NewJob | null): void {
  const { orm } = db;
  // An event is never refused because nobody has introduced its camera yet.
  const camera = { id: event.cameraId, name: event.cameraId, firstSeenAt: event.startedAt };
  orm.insert(cameras).values(camera).onConflictDoNothing().run();
  orm.insert(motionEvents).values(toEventRow(event)).run();
  if (job) insertJob(db, event, job);
}

function remove({ orm }: EdgeDatabase, id: string): ReturnType<EventStore["remove"]> {
  const earlier = orm
    .select({ snapshot: earlierPictures.snapshot })
    .from(earlierPictures)
    .where(eq(earlierPictures.motionEventId, id))
    .all();
  const removed = orm
    .delete(motionEvents)
    .where(eq(motionEvents.id, id))
    .returning({ cameraId: motionEvents.cameraId, snapshot: motionEvents.snapshot })
    .get();
  if (!removed) return null;
  const pictures = [removed, ...earlier].flatMap(({ snapshot }) => snapshot ?? []);
  return { cameraId: removed.cameraId, pictures };
}

function mark({ orm }: EdgeDatabase, id: string, marks: Partial<EventMarks>): boolean {
  const { seen, important } = motionEvents;
  const before = orm.select({ seen, important }).from(motionEvents).where(eq(motionEvents.id, id));
  const was = before.get();
  if (!was) return false;
  const now = { ...was, ...marks };
  if (now.seen === was.seen && now.important === was.important) return true;
  orm
    .update(motionEvents)
    .set({ ...now, revision: sql`${motionEvents.revision} + 1` })
    .where(eq(motionEvents.id, id))
    .run();
  return true;
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

/** Jobs that were given up after bad answers, kept for a person: read, tried anew, set aside. */
import { and, desc, eq, sql } from "drizzle-orm";

import type { DescribedEvent } from "../events/event.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import type { EdgeDatabase } from "./database.ts";
import { toDescribedEvent } from "./event-rows.ts";
import { analysisJobs, descriptions, motionEvents } from "./schema.ts";

export interface DeadJob {
  /** Of the job, not of its event. */
  id: string;
  event: DescribedEvent;
  attempts: number;
  /** The latest answer that could not be used, cut to 8 kB; null when none came. */
  rawAnswer: string | null;
}

export interface DeadJobPage {
  items: DeadJob[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export interface DeadJobs {
  /** The newest event first. Throws `invalid` for a cursor that is not ours. */
  list(query: { cursor?: string | undefined; limit: number }): DeadJobPage;
  /** The event of a job that is dead at this moment; null for any other job. */
  eventOf(id: string): string | null;
  /** Off the list; its event stays, with why it has no description. False when it is not dead. */
  discard(id: string): boolean;
}

export function createDeadJobs(db: EdgeDatabase): DeadJobs {
  const { orm } = db;
  const isDead = (id: string) => and(eq(analysisJobs.id, id), eq(analysisJobs.state, "dead"));
  return {
    list: (query) => readPage(db, query),
    eventOf: (id) => orm.select().from(analysisJobs).where(isDead(id)).get()?.motionEventId ?? null,
    discard: (id) =>
      db.transaction(() => {
        const end = { state: "done" as const, rawAnswer: null };
        return orm.update(analysisJobs).set(end).where(isDead(id)).run().changes === 1;
      }),
  };
}

function readPage(
  { orm }: EdgeDatabase,
  { cursor, limit }: Parameters<DeadJobs["list"]>[0],
): DeadJobPage {
  const place = cursor === undefined ? null : parseCursor(cursor);
  const isOlder =
    place &&
    sql`(${analysisJobs.capturedAt}, ${analysisJobs.id}) < (${place.startedAt}, ${place.id})`;
  const rows = orm
    .select({ job: analysisJobs, event: motionEvents, description: descriptions })
    .from(analysisJobs)
    .innerJoin(motionEvents, eq(motionEvents.id, analysisJobs.motionEventId))
    .leftJoin(descriptions, eq(descriptions.motionEventId, motionEvents.id))
    .where(and(eq(analysisJobs.state, "dead"), isOlder ?? undefined))
    .orderBy(desc(analysisJobs.capturedAt), desc(analysisJobs.id))
    .limit(limit + 1)
    .all();

  const shown = rows.slice(0, limit);
  const last = shown.at(-1)?.job;
  return {
    items: shown.map(({ job, ...described }) => ({
      id: job.id,
      event: toDescribedEvent(described),
      attempts: job.attempts,
      rawAnswer: job.rawAnswer,
    })),
    nextCursor:
      last && rows.length > limit ? toCursor({ startedAt: last.capturedAt, id: last.id }) : null,
  };
}

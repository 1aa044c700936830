/** Jobs that were given up, for a person to look at and decide. */
import { and, desc, eq, inArray, type SQL, sql } from "drizzle-orm";

import type { DescribedEvent } from "../events/event.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import type { EdgeDatabase } from "./database.ts";
import { analysisJobs } from "./desk-schema.ts";
import { toDescribedEvent } from "./event-rows.ts";
import { type Request, requestByHand } from "./requests.ts";
import { descriptions, motionEvents } from "./schema.ts";

export interface DeadJobs {
  /** The newest event first. Throws `invalid` for a cursor that is not ours. */
  listDead(query: DeadJobQuery): DeadJobPage;
  /** Ahead of all others, with all its tries again. */
  retryDead(id: string, now: number): Request;
  /** Takes it off the list; its event stays, failed, with the reason. */
  discardDead(id: string): "discarded" | "not-found";
}

export interface DeadJobQuery {
  /** Of these; of all when absent. */
  cameraIds?: readonly string[] | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface DeadJob {
  id: string;
  /** With its picture's name. */
  event: DescribedEvent;
  attempts: number;
  reason: string;
  /** What the model said at the last try, cut; null when it said nothing. */
  rawAnswer: string | null;
}

export interface DeadJobPage {
  items: DeadJob[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export function createDeadJobs(db: EdgeDatabase): DeadJobs {
  return {
    listDead: (query) => readPage(db, query),
    retryDead: (id, now) =>
      db.transaction(() => {
        const job = db.orm.select().from(analysisJobs).where(isDead(id)).get();
        return job ? requestByHand(db, job.motionEventId, now) : "not-found";
      }),
    discardDead: (id) =>
      db.transaction(() => {
        const end = { state: "done", rawAnswer: null } as const;
        const { changes } = db.orm.update(analysisJobs).set(end).where(isDead(id)).run();
        return changes === 1 ? "discarded" : "not-found";
      }),
  };
}

function isDead(id: string): SQL | undefined {
  return and(eq(analysisJobs.id, id), eq(analysisJobs.state, "dead"));
}

function readPage({ orm }: EdgeDatabase, query: DeadJobQuery): DeadJobPage {
  const place = query.cursor === undefined ? null : parseCursor(query.cursor);
  const { capturedAt, id } = analysisJobs;
  const rows = orm
    .select({ job: analysisJobs, event: motionEvents, description: descriptions })
    .from(analysisJobs)
    .innerJoin(motionEvents, eq(motionEvents.id, analysisJobs.motionEventId))
    .leftJoin(descriptions, eq(descriptions.motionEventId, motionEvents.id))
    .where(
      and(
        eq(analysisJobs.state, "dead"),
        query.cameraIds && inArray(analysisJobs.cameraId, query.cameraIds),
        place ? sql`(${capturedAt}, ${id}) < (${place.startedAt}, ${place.id})` : undefined,
      ),
    )
    .orderBy(desc(capturedAt), desc(id))
    .limit(query.limit + 1)
    .all();

  const items = rows.slice(0, query.limit).map(({ job, ...described }) => ({
    id: job.id,
    event: toDescribedEvent(described),
    attempts: job.attempts,
    reason: job.lastError ?? "It was given up.",
    rawAnswer: job.rawAnswer,
  }));
  const last = rows.length > query.limit ? rows[query.limit - 1]?.job : undefined;
  return {
    items,
    nextCursor: last ? toCursor({ startedAt: last.capturedAt, id: last.id }) : null,
  };
}

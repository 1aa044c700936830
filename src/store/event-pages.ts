/** The list of events, newest first, page by page; a page stays right while events come in. */
import { and, desc, eq, gte, inArray, lt, type SQL, sql } from "drizzle-orm";

import { ApplianceError } from "../base/errors.ts";
import type { AnalysisStatus, DescribedEvent } from "../events/event.ts";
import { type Place, parseCursor, toCursor } from "./cursor.ts";
import type { EdgeDatabase } from "./database.ts";
import { selectDescribed, toDescribedEvent } from "./event-rows.ts";
import { DOCUMENTS_A_MS, descriptions, eventDocuments, motionEvents } from "./schema.ts";
import { toMatch } from "./search.ts";

export interface EventQuery {
  /** Of any of these; of all when absent. */
  cameraIds?: readonly string[] | undefined;
  /** Started at or after. */
  from?: number | undefined;
  /** Started before. */
  to?: number | undefined;
  minSignificance?: number | undefined;
  analysisStatus?: AnalysisStatus | undefined;
  /** Whether a model described it. */
  isDescribed?: boolean | undefined;
  /** Described as of so much concern or more. */
  minConcern?: number | undefined;
  seen?: boolean | undefined;
  important?: boolean | undefined;
  /** In the description or the motion summary. */
  words?: string | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  limit: number;
}

export interface EventPage {
  items: DescribedEvent[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export function readPage(db: EdgeDatabase, query: EventQuery): EventPage {
  const found = query.words === undefined ? list(db, query) : search(db, query, query.words);
  const items = found.slice(0, query.limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > query.limit ? toCursor(last) : null };
}

/** One more than a page, if there is one. */
function list(db: EdgeDatabase, query: EventQuery): DescribedEvent[] {
  const { cameraIds } = query;
  if (!cameraIds) return listWhere(db, query, toConditions(query));
  // Of each camera by its own index: one search for all of them would sort everything they have.
  return cameraIds
    .flatMap((id) => listWhere(db, query, [eq(motionEvents.cameraId, id), ...toConditions(query)]))
    .sort(newestFirst)
    .slice(0, query.limit + 1);
}

function listWhere(
  db: EdgeDatabase,
  { cursor, limit }: EventQuery,
  conditions: readonly SQL[],
): DescribedEvent[] {
  const place = cursor === undefined ? null : parseCursor(cursor);
  const isOlder =
    place &&
    sql`(${motionEvents.startedAt}, ${motionEvents.id}) < (${place.startedAt}, ${place.id})`;
  return selectDescribed(db)
    .where(and(...conditions, isOlder ?? undefined))
    .orderBy(desc(motionEvents.startedAt), desc(motionEvents.id))
    .limit(limit + 1)
    .all()
    .map(toDescribedEvent);
}

/** By the index of words, whose numbers are in order of time. */
function search(db: EdgeDatabase, query: EventQuery, words: string): DescribedEvent[] {
  const { cameraIds = [], from, to, cursor, limit } = query;
  if (query.cameraIds?.length === 0) return [];
  const conditions = [sql`event_words match ${toMatch(words, cameraIds)}`, ...toConditions(query)];
  // Beside the same bounds on the events: the index can only skip by its own numbers.
  if (from !== undefined) conditions.push(sql`w.rowid >= ${from * DOCUMENTS_A_MS}`);
  if (to !== undefined) conditions.push(sql`w.rowid < ${to * DOCUMENTS_A_MS}`);
  if (cursor !== undefined) conditions.push(sql`w.rowid < ${toBound(db, parseCursor(cursor))}`);
  const hits = ask(() =>
    db.orm.all<{ id: string }>(sql`
      select ${motionEvents.id} as id from event_words w
        join ${eventDocuments} on ${eventDocuments.id} = w.rowid
        join ${motionEvents} on ${motionEvents.id} = ${eventDocuments.motionEventId}
      where ${and(...conditions)} order by w.rowid desc limit ${limit + 1}`),
  );
  const ids = hits.map(({ id }) => id);
  return selectDescribed(db)
    .where(inArray(motionEvents.id, ids))
    .all()
    .map(toDescribedEvent)
    .sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
}

/** The number of the event where the page before ended; where that is gone, the next of its time. */
function toBound({ orm }: EdgeDatabase, { id, startedAt }: Place): number {
  const found = orm
    .select({ number: eventDocuments.id })
    .from(eventDocuments)
    .where(eq(eventDocuments.motionEventId, id))
    .get();
  return found?.number ?? startedAt * DOCUMENTS_A_MS;
}

/** A letter that the index does not know may part a word in two, which it then refuses to look for. */
function ask<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    if (!/fts5/.test(String(cause ?? error))) throw error;
    const sentence = "These words cannot be searched for. Leave the unusual letters out.";
    throw new ApplianceError("invalid", sentence, { cause: error });
  }
}

function toConditions(query: EventQuery): SQL[] {
  const { from, to, minSignificance, analysisStatus, isDescribed, minConcern } = query;
  const { seen, important } = query;
  const conditions: SQL[] = [];
  if (from !== undefined) conditions.push(gte(motionEvents.startedAt, from));
  if (to !== undefined) conditions.push(lt(motionEvents.startedAt, to));
  if (minSignificance !== undefined) {
    conditions.push(gte(motionEvents.significanceScore, minSignificance));
  }
  if (analysisStatus !== undefined) {
    conditions.push(eq(motionEvents.analysisStatus, analysisStatus));
  }
  const description = sql`select 1 from ${descriptions}
    where ${descriptions.motionEventId} = ${motionEvents.id}`;
  if (isDescribed !== undefined) {
    conditions.push(isDescribed ? sql`exists (${description})` : sql`not exists (${description})`);
  }
  if (minConcern !== undefined) {
    conditions.push(sql`exists (${description} and ${descriptions.concern} >= ${minConcern})`);
  }
  if (seen !== undefined) conditions.push(eq(motionEvents.seen, seen));
  // In plain figures: the index of the important ones is only taken where the statement says so.
  if (important !== undefined) {
    conditions.push(sql`${motionEvents.important} = ${sql.raw(important ? "1" : "0")}`);
  }
  return conditions;
}

function newestFirst(one: DescribedEvent, other: DescribedEvent): number {
  return other.startedAt - one.startedAt || (other.id > one.id ? 1 : -1);
}

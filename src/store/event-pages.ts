/** The list of events, newest first, page by page; a page stays right while events come in. */
import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";

import type { AnalysisStatus, DescribedEvent } from "../events/event.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import type { EdgeDatabase } from "./database.ts";
import { selectDescribed, toDescribedEvent } from "./event-rows.ts";
import { motionEvents } from "./schema.ts";

export interface EventQuery {
  cameraId?: string | undefined;
  /** Started at or after. */
  from?: number | undefined;
  /** Started before. */
  to?: number | undefined;
  minSignificance?: number | undefined;
  analysisStatus?: AnalysisStatus | undefined;
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
  const rows = selectDescribed(db)
    .where(toCondition(query))
    .orderBy(desc(motionEvents.startedAt), desc(motionEvents.id))
    .limit(query.limit + 1)
    .all();

  const items = rows.slice(0, query.limit).map(toDescribedEvent);
  const last = items.at(-1);
  return { items, nextCursor: last && rows.length > query.limit ? toCursor(last) : null };
}

function toCondition(query: EventQuery): SQL | undefined {
  const { cameraId, from, to, minSignificance, analysisStatus, cursor } = query;
  const conditions: SQL[] = [];
  if (cameraId !== undefined) conditions.push(eq(motionEvents.cameraId, cameraId));
  if (from !== undefined) conditions.push(gte(motionEvents.startedAt, from));
  if (to !== undefined) conditions.push(lt(motionEvents.startedAt, to));
  if (minSignificance !== undefined) {
    conditions.push(gte(motionEvents.significanceScore, minSignificance));
  }
  if (analysisStatus !== undefined) {
    conditions.push(eq(motionEvents.analysisStatus, analysisStatus));
  }
  if (cursor !== undefined) {
    const { startedAt, id } = parseCursor(cursor);
    conditions.push(sql`(${motionEvents.startedAt}, ${motionEvents.id}) < (${startedAt}, ${id})`);
  }
  return and(...conditions);
}

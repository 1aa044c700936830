/**
 * What the centre has to be told: marks that triggers make with every change of an event, and take
 * away never; that is for who has told it. What is sent is the event as it is when it is read.
 */
import { and, asc, count, desc, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";

import { parseCursor, toCursor } from "./cursor.ts";
import type { EdgeDatabase } from "./database.ts";
import { listMarked, type MarkedEvent } from "./marked-events.ts";
import { syncMarks, syncSite } from "./sync-schema.ts";

export interface Sent {
  eventId: string;
  revision: number;
}

export interface RefusedEvent {
  eventId: string;
  cameraId: string;
  startedAt: number;
  deletedAt: number | null;
  reason: string;
  refusedAt: number;
}

export interface RefusedQuery {
  /** Of these; of all when absent. */
  cameraIds?: readonly string[] | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface RefusedPage {
  items: RefusedEvent[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export interface MarkCounts {
  waiting: number;
  refused: number;
  /** Since when the oldest waits; null when none does. */
  oldestAt: number | null;
  /** When the centre took something last; null when it never did. */
  sentAt: number | null;
}

export interface SyncMarks {
  /** Oldest first, without those that were refused; those behind `behind` (a `markId`, 0 for all). */
  oldest(limit: number, behind?: number): MarkedEvent[];
  /** Durable before they are sent: from then on the centre may know them. */
  handOut(rows: readonly MarkedEvent[]): void;
  /** What changed since it was read stays marked. */
  clear(sent: readonly Sent[], now: number): void;
  /** Keeps it back until it changes or a person asks; not when it has changed meanwhile. */
  refuse(sent: Sent, reason: string, now: number): void;
  /** The newest refusal first. Throws `invalid` for a cursor that is not ours. */
  listRefused(query: RefusedQuery): RefusedPage;
  /** One of them, or all; how many there were. */
  retryRefused(eventId?: string): number;
  counts(): MarkCounts;
}

export function createSyncMarks(db: EdgeDatabase): SyncMarks {
  const { orm } = db;
  return {
    oldest: (limit, behind = 0) => listMarked(db, limit, behind),
    handOut(rows) {
      const ids = rows.filter(({ isNew }) => isNew).map(({ eventId }) => eventId);
      if (ids.length === 0) return;
      const isNamed = sql`${syncMarks.motionEventId} in (select value from json_each(${JSON.stringify(ids)}))`;
      db.transaction(() => orm.update(syncMarks).set({ isNew: 0 }).where(isNamed).run());
    },
    clear: (sent, now) => clear(db, sent, now),
    refuse({ eventId, revision }, reason, now) {
      const isSame = and(eq(syncMarks.motionEventId, eventId), eq(syncMarks.revision, revision));
      const refusal = { refusedReason: reason, refusedAt: now };
      db.transaction(() => orm.update(syncMarks).set(refusal).where(isSame).run());
    },
    listRefused: (query) => listRefused(db, query),
    retryRefused(eventId) {
      const isMeant = and(
        isNotNull(syncMarks.refusedAt),
        eventId === undefined ? undefined : eq(syncMarks.motionEventId, eventId),
      );
      const fresh = { refusedReason: null, refusedAt: null };
      return db.transaction(() => orm.update(syncMarks).set(fresh).where(isMeant).run().changes);
    },
    counts: prepareCounts(db),
  };
}

/** A power cut may bring the marks back: then the same is sent again, and changes nothing. */
function clear(db: EdgeDatabase, sent: readonly Sent[], now: number): void {
  const last = sent.at(-1);
  if (!last) return;
  const pairs = JSON.stringify(sent.map(({ eventId, revision }) => [eventId, revision]));
  db.passingTransaction(() => {
    db.orm.run(sql`
      delete from ${syncMarks} where id in (
        select mark.id from json_each(${pairs}) as told
          join ${syncMarks} as mark on mark.motion_event_id = told.value ->> 0
        where mark.revision <= told.value ->> 1)`);
    const confirmed = { lastEventId: last.eventId, lastRevision: last.revision, sentAt: now };
    db.orm.update(syncSite).set(confirmed).run();
  });
}

function listRefused(
  { orm }: EdgeDatabase,
  { cameraIds, cursor, limit }: RefusedQuery,
): RefusedPage {
  const place = cursor === undefined ? null : parseCursor(cursor);
  const { refusedAt, motionEventId } = syncMarks;
  const rows = orm
    .select()
    .from(syncMarks)
    .where(
      and(
        isNotNull(refusedAt),
        cameraIds && inArray(syncMarks.cameraId, cameraIds),
        place
          ? sql`(${refusedAt}, ${motionEventId}) < (${place.startedAt}, ${place.id})`
          : undefined,
      ),
    )
    .orderBy(desc(refusedAt), desc(motionEventId))
    .limit(limit + 1)
    .all();
  const items = rows.slice(0, limit).map(toRefusedEvent);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    nextCursor: last ? toCursor({ startedAt: last.refusedAt, id: last.eventId }) : null,
  };
}

function toRefusedEvent(mark: typeof syncMarks.$inferSelect): RefusedEvent {
  return {
    eventId: mark.motionEventId,
    cameraId: mark.cameraId,
    startedAt: mark.startedAt,
    deletedAt: mark.deletedAt,
    // The schema has both or neither.
    reason: mark.refusedReason ?? "",
    refusedAt: mark.refusedAt ?? 0,
  };
}

function prepareCounts({ orm }: EdgeDatabase): SyncMarks["counts"] {
  const waiting = orm
    .select({ count: count() })
    .from(syncMarks)
    .where(isNull(syncMarks.refusedAt))
    .prepare();
  const refused = orm
    .select({ count: count() })
    .from(syncMarks)
    .where(isNotNull(syncMarks.refusedAt))
    .prepare();
  const oldest = orm
    .select({ at: syncMarks.markedAt })
    .from(syncMarks)
    .where(isNull(syncMarks.refusedAt))
    .orderBy(asc(syncMarks.id))
    .limit(1)
    .prepare();
  const site = orm.select({ at: syncSite.sentAt }).from(syncSite).prepare();
  return () => ({
    waiting: waiting.get()?.count ?? 0,
    refused: refused.get()?.count ?? 0,
    oldestAt: oldest.get()?.at ?? null,
    sentAt: site.get()?.at ?? null,
  });
}

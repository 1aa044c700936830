/** Tampering: what took a camera's sight away, and when. */
import { and, desc, eq, isNull, sql } from "drizzle-orm";

import type { Tampering } from "../events/tampering.ts";
import { parseCursor, toCursor } from "./cursor.ts";
import type { EdgeDatabase } from "./database.ts";
import { cameras, tamperings } from "./schema.ts";

export interface TamperingStore {
  /** Durable when it returns. Of a row that is there already only the end is changed. */
  save(tampering: Tampering): void;
  /** What a stop or a crash left without an end. */
  findOpen(): Tampering[];
  /** Newest first. Throws `invalid` for a cursor that is not ours. */
  list(query: TamperingQuery): TamperingPage;
}

export interface TamperingQuery {
  cameraId: string;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
  limit: number;
}

export interface TamperingPage {
  items: Tampering[];
  /** Null on the last page. */
  nextCursor: string | null;
}

export function createTamperingStore(db: EdgeDatabase): TamperingStore {
  const { orm } = db;
  return {
    save: (tampering) => db.transaction(() => save(db, tampering)),
    findOpen: () => orm.select().from(tamperings).where(isNull(tamperings.endedAt)).all(),
    list: (query) => readPage(db, query),
  };
}

function save({ orm }: EdgeDatabase, tampering: Tampering): void {
  const { id, cameraId, endedAt } = tampering;
  const startedAt = Math.round(tampering.startedAt);
  // Wall time may step back between the two.
  const end = endedAt === null ? null : Math.max(startedAt, Math.round(endedAt));
  const camera = { id: cameraId, name: cameraId, firstSeenAt: startedAt };
  orm.insert(cameras).values(camera).onConflictDoNothing().run();
  orm
    .insert(tamperings)
    .values({ ...tampering, id, startedAt, endedAt: end })
    .onConflictDoUpdate({ target: tamperings.id, set: { endedAt: end } })
    .run();
}

function readPage({ orm }: EdgeDatabase, query: TamperingQuery): TamperingPage {
  const { cameraId, cursor, limit } = query;
  const place = cursor === undefined ? null : parseCursor(cursor);
  const isOlder =
    place && sql`(${tamperings.startedAt}, ${tamperings.id}) < (${place.startedAt}, ${place.id})`;
  const rows = orm
    .select()
    .from(tamperings)
    .where(and(eq(tamperings.cameraId, cameraId), isOlder ?? undefined))
    .orderBy(desc(tamperings.startedAt), desc(tamperings.id))
    .limit(limit + 1)
    .all();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && rows.length > limit ? toCursor(last) : null };
}

/** How this box is known at the centre: its nonce, its claims to the site's name, the epoch. */
import { sql } from "drizzle-orm";

import type { EdgeDatabase } from "./database.ts";
import { dailyDigests, syncMarks, syncSite } from "./sync-schema.ts";

export interface SyncSite {
  read(): SiteRecord;
  /** Durable before the centre is told. */
  keepTry(claims: number): void;
  /** With `hasLost` the epoch is forgotten in the same transaction. */
  confirm(claims: number, options: { hasLost: boolean }): void;
  /** Of the centre that knows all that is not marked; null when none does. */
  epoch(): string | null;
  keepEpoch(epoch: string): void;
  /**
   * Marks every event and its picture anew from this id on, as many as `limit`, and once every digest. Answers the
   * last id, or null when there is none behind it.
   */
  remarkAfter(eventId: string, limit: number): string | null;
}

export interface SiteRecord {
  nonce: string;
  claims: number;
  claimsTried: number;
  lastSent: { eventId: string; revision: number } | null;
}

export function createSyncSite(db: EdgeDatabase): SyncSite {
  const { orm } = db;
  const set = (values: Partial<typeof syncSite.$inferSelect>): void =>
    void orm.update(syncSite).set(values).run();
  const row = () => {
    const [found] = orm.select().from(syncSite).all();
    if (!found) throw new Error("The migration makes the one row of sync_site.");
    return found;
  };

  return {
    read() {
      const { nonce, claims, claimsTried, lastEventId, lastRevision } = row();
      const lastSent =
        lastEventId === null || lastRevision === null
          ? null
          : { eventId: lastEventId, revision: lastRevision };
      return { nonce, claims, claimsTried, lastSent };
    },
    keepTry: (claims) => db.transaction(() => set({ claimsTried: claims })),
    confirm: (claims, { hasLost }) =>
      db.transaction(() =>
        set({
          claims,
          claimsTried: claims,
          ...(hasLost && { epoch: null, lastEventId: null, lastRevision: null }),
        }),
      ),
    epoch: () => row().epoch,
    keepEpoch: (epoch) => db.transaction(() => set({ epoch })),
    remarkAfter: (eventId, limit) => db.transaction(() => remarkAfter(db, eventId, limit)),
  };
}

function remarkAfter({ orm }: EdgeDatabase, eventId: string, limit: number): string | null {
  if (eventId === "") orm.update(dailyDigests).set({ sentRevision: 0, refusedReason: null }).run();
  const { last } = orm.get<{ last: string | null }>(sql`
    select max(id) as last from (
      select id from motion_events where id > ${eventId} order by id limit ${limit})`);
  if (last === null) return null;
  orm.run(sql`
    insert into ${syncMarks} (motion_event_id, revision, camera_id, started_at, is_new, marked_at)
    select id, revision, camera_id, started_at, 0, cast(unixepoch('subsec') * 1000 as integer)
    from motion_events where id > ${eventId} and id <= ${last} order by id
    on conflict (motion_event_id) do nothing`);
  orm.run(sql`
    update motion_events set thumbnail_sent = 0
    where id > ${eventId} and id <= ${last} and thumbnail_sent = 1`);
  return last;
}

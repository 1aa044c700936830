/**
 * One site's connection to the centre. In: rows. Out: the same rows there, once each. Never: another
 * site's rows, another schema than ours. Rows are told by revision: what is older than what the centre
 * has changes nothing.
 */
import { and, eq, inArray } from "drizzle-orm";

import type { Clock } from "../base/clock.ts";
import type { CentralAddress } from "./central-address.ts";
import { type Site, takeName } from "./central-claim.ts";
import { createSyncError } from "./central-faults.ts";
import type { Centre, ClaimKeeper } from "./central-rows.ts";
import { type CentralSession, openSession } from "./central-session.ts";
import { createTables, SCHEMA_VERSION, SCHEMA_VERSION_LEAST } from "./central-tables.ts";
import { createTallies, type Tallies } from "./central-tallies.ts";
import { createUpsert } from "./central-upsert.ts";
import {
  toEventRow,
  toHeartbeatRow,
  toSummaryRow,
  toThumbnailRow,
  toTimeText,
} from "./central-values.ts";
import { findNames, seesTable } from "./central-views.ts";

export interface CentreOptions {
  address: CentralAddress;
  site: Site;
  claim: ClaimKeeper;
  clock: Clock;
  signal: AbortSignal;
  /** Whoever has the site's name loses it; a person says so. */
  takesOver?: boolean;
}

export async function openCentre(options: CentreOptions): Promise<Centre> {
  const { site, claim } = options;
  await using opened = new AsyncDisposableStack();
  const session = opened.use(await openSession(options));
  const { orm, ask } = session;
  const schema = await readSchema(session);
  const nameOf = await findNames(session, site.id);
  const tables = createTables(nameOf);
  const takesThumbnails = await seesTable(session, nameOf("event_thumbnails"));
  const claims = await takeName(session, tables, options);
  const upsert = createUpsert(session);
  const { motionEvents, dailySummaries, siteHeartbeats, sites, eventThumbnails } = tables;
  const erase = async (eventIds: readonly string[]): Promise<void> => {
    if (eventIds.length === 0 || !takesThumbnails) return;
    const { siteId, eventId } = eventThumbnails;
    const isOfThem = and(eq(siteId, site.id), inArray(eventId, [...eventIds]));
    await ask(() => orm.update(eventThumbnails).set({ jpeg: null }).where(isOfThem));
  };

  let beats = 0;
  const resources = opened.move();
  return {
    epoch: schema.epoch,
    takesThumbnails,
    async sendEvents(rows) {
      await erase(rows.filter(({ facts }) => facts === null).map(({ eventId }) => eventId));
      const sentAt = toTimeText(options.clock.now());
      const values = rows.map((row) => ({ siteId: site.id, sentAt, ...toEventRow(row) }));
      await upsert(motionEvents, values, EVENT_KEY);
    },
    async sendSummaries(rows) {
      const values = rows.map((row) => ({ siteId: site.id, ...toSummaryRow(row) }));
      await upsert(dailySummaries, values, SUMMARY_KEY);
    },
    async sendThumbnails(rows) {
      const values = rows.map((row) => ({ siteId: site.id, ...toThumbnailRow(row) }));
      await upsert(eventThumbnails, values, EVENT_KEY);
    },
    async sendHeartbeat(heartbeat) {
      const isSite = eq(sites.siteId, site.id);
      const [found] = await ask(() => orm.select().from(sites).where(isSite).limit(1));
      if (found?.nonce !== claim.read().nonce || found.claims !== claims) {
        throw createSyncError("site_conflict");
      }
      // Later ones are told by it, not by a clock that may step back.
      beats += 1;
      const beat = claims * BEATS_A_CLAIM + beats;
      const row = { siteId: site.id, ...toHeartbeatRow(heartbeat), beat };
      await upsert(siteHeartbeats, [row], HEARTBEAT_KEY);
    },
    ...createTallies(session, tables, site.id),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** For who only compares: takes no name, so it disturbs nobody who has it. */
export async function openCentreToRead(
  options: Omit<CentreOptions, "claim" | "takesOver">,
): Promise<Tallies & AsyncDisposable> {
  await using opened = new AsyncDisposableStack();
  const session = opened.use(await openSession(options));
  await readSchema(session);
  const { id } = options.site;
  const tallies = createTallies(session, createTables(await findNames(session, id)), id);
  const resources = opened.move();
  return { ...tallies, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

const BEATS_A_CLAIM = 1_000_000;
const EVENT_KEY = { newerBy: "revision", identity: ["siteId", "eventId"] };
const SUMMARY_KEY = { newerBy: "revision", identity: ["siteId", "cameraId", "day"] };
const HEARTBEAT_KEY = { newerBy: "beat", identity: ["siteId"] };

async function readSchema({ connection, ask }: CentralSession): Promise<{ epoch: string }> {
  const question = "SELECT version, min_client AS minClient, epoch FROM schema_meta WHERE id = 1";
  const [rows] = await ask(() => connection.query(question));
  const meta = (rows as { version: number; minClient: number; epoch: string }[])[0];
  if (!meta) throw createSyncError("sync_schema_missing");
  if (meta.version < SCHEMA_VERSION_LEAST) throw createSyncError("sync_schema_older");
  if (meta.minClient > SCHEMA_VERSION) throw createSyncError("sync_schema_newer");
  return { epoch: meta.epoch };
}

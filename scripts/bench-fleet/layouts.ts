/**
 * The same rows in two orders of the key, and in batches of several sizes: what a table pays for
 * having a thousand places where it grows, and what it gains.
 */
import { createConnection } from "mysql2/promise";

import { systemClock } from "../../src/base/clock.ts";
import { createId } from "../../src/base/ids.ts";
import { toEventRow } from "../../src/sync/central-values.ts";
import { createCentralEvent } from "../../test/support/central-samples.ts";
import type { MariaDb } from "../../test/support/mariadb.ts";

const KEYS = { site_first: "site_id, event_id", event_first: "event_id, site_id" } as const;
/** As many as a courier sends when a site has a few seconds' events. */
const ROWS_AT_ONCE = 5;
const STATEMENTS_A_COMMIT = 50;
const BATCHES = [1, 10, 50, 250];
const SITE = "site-0500";

export interface Layout {
  rowsPerSecond: number;
  megabytes: number;
  /** Reading what one site did, with the cache as the inserts left it. */
  siteReadMs: number;
}

/** Sites in turn, a few rows each: the order in which a fleet's rows come. */
export async function measureLayouts(
  database: MariaDb,
  { rows, sites }: { rows: number; sites: number },
): Promise<Record<keyof typeof KEYS, Layout>> {
  const measure = async (name: keyof typeof KEYS): Promise<Layout> => {
    const table = `layout_${name}`;
    await createTable(database, table, KEYS[name]);
    const started = systemClock.monotonic();
    await insertInTurn(database, table, { rows, sites });
    const seconds = (systemClock.monotonic() - started) / 1000;
    const readAt = systemClock.monotonic();
    await database.query(`SELECT SUM(CHAR_LENGTH(title)) FROM ${table} WHERE site_id = '${SITE}'`);
    const siteReadMs = systemClock.monotonic() - readAt;
    const [size] = await database.query(
      `ANALYZE TABLE ${table}`,
      `SELECT data_length + index_length AS bytes FROM information_schema.tables
       WHERE table_schema = 'centre' AND table_name = '${table}'`,
    );
    await database.query(`DROP TABLE ${table}`);
    return {
      rowsPerSecond: rows / seconds,
      megabytes: Number(size?.["bytes"]) / 2 ** 20,
      siteReadMs,
    };
  };
  return { site_first: await measure("site_first"), event_first: await measure("event_first") };
}

/** Rows a second over one connection, a commit for each statement. */
export async function measureBatches(database: MariaDb): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  for (const atOnce of BATCHES) {
    await createTable(database, "layout_batches", KEYS.site_first);
    const count = Math.min(400, Math.ceil(5_000 / atOnce));
    const started = systemClock.monotonic();
    await using writer = await openWriter(database, "layout_batches");
    for (let sent = 0; sent < count; sent += 1) await writer.insert(SITE, atOnce);
    const seconds = (systemClock.monotonic() - started) / 1000;
    figures[`${atOnce}_rows_per_second`] = (count * atOnce) / seconds;
  }
  await database.query("DROP TABLE layout_batches");
  return figures;
}

async function createTable(database: MariaDb, table: string, key: string): Promise<void> {
  await database.query(
    `DROP TABLE IF EXISTS ${table}`,
    `CREATE TABLE ${table} LIKE motion_events`,
    `ALTER TABLE ${table} DROP PRIMARY KEY, ADD PRIMARY KEY (${key})`,
  );
}

async function insertInTurn(
  database: MariaDb,
  table: string,
  { rows, sites }: { rows: number; sites: number },
): Promise<void> {
  await using writer = await openWriter(database, table);
  for (let sent = 0; sent * ROWS_AT_ONCE < rows; sent += 1) {
    if (sent % STATEMENTS_A_COMMIT === 0) await writer.query("BEGIN");
    // Coprime with the number of sites: each has its turn, none beside its neighbour.
    const site = (sent * 7) % sites;
    await writer.insert(`site-${String(site).padStart(4, "0")}`, ROWS_AT_ONCE);
    if (sent % STATEMENTS_A_COMMIT === STATEMENTS_A_COMMIT - 1) await writer.query("COMMIT");
  }
  await writer.query("COMMIT");
}

async function openWriter(database: MariaDb, table: string) {
  const connection = await createConnection({ uri: database.url(), timezone: "Z" });
  const sample = Object.entries(toEventRow(createCentralEvent()));
  const names = ["site_id", "sent_at", ...sample.map(([name]) => toColumn(name))];
  const statement = `INSERT INTO ${table} (${names.join(", ")}) VALUES ?`;
  const facts = sample.map(([, value]) => value);
  const eventAt = sample.findIndex(([name]) => name === "eventId");
  return {
    query: (text: string) => connection.query(text),
    async insert(siteId: string, count: number): Promise<void> {
      const rows = Array.from({ length: count }, () => [
        ...[siteId, "2026-11-23 09:15:00.000"],
        ...facts.with(eventAt, createId()),
      ]);
      await connection.query(statement, [rows]);
    },
    async [Symbol.asyncDispose]() {
      connection.destroy();
    },
  };
}

function toColumn(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

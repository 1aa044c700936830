import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { openCentre } from "../../src/sync/centre.ts";
import { compareWithCentre } from "../../src/sync/reconcile.ts";
import { migrate } from "../support/central-samples.ts";
import { type MariaDb, openMariaDb } from "../support/mariadb.ts";
import { readSeed } from "../support/random.ts";
import { drain, openSyncBox, runUntil, type SyncBox } from "../support/sync-box.ts";
import { runSyncChaos } from "../support/sync-chaos.ts";

let database: MariaDb;
beforeAll(async () => {
  database = await openMariaDb();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.query("DROP DATABASE IF EXISTS centre", "CREATE DATABASE centre").catch(() => {});
  await migrate(database.url());
});

function openFor(box: Pick<SyncBox, "site">, signal = new AbortController().signal) {
  return openCentre({
    address: { url: database.url(), tls: { mode: "auto", ca: null } },
    site: { id: "dock", name: "The dock" },
    claim: box.site,
    clock: systemClock,
    signal,
  });
}

test("M1: while the centre is down the box only marks; afterwards all of it goes up, once each", async () => {
  await using box = await openSyncBox();
  await database.stop();
  const events = Array.from({ length: 3_000 }, () => box.add());
  for (const { id } of events.slice(0, 500)) box.describe(id);
  for (const event of events.slice(0, 1_000)) box.events.update({ ...event, endedAt: 1 });
  for (const { id } of events.slice(0, 100)) box.events.remove(id);
  const courier = box.createCourier((signal) => openFor(box, signal));
  await runUntil(courier, () => courier.state().code === "sync_unreachable");
  expect(box.marks.counts()).toMatchObject({ waiting: 2_900, refused: 0 });

  await database.restart();
  courier.runNow();
  await drain(box, courier);
  const [{ rows, sites } = {}] = await database.query(
    "SELECT COUNT(*) AS `rows`, COUNT(DISTINCT site_id) AS sites FROM motion_events",
  );
  expect({ rows: Number(rows), sites: Number(sites) }).toEqual({ rows: 2_900, sites: 1 });
  await using centre = await openFor(box);
  expect(await compareWithCentre(centre, box.audit)).toMatchObject({
    ...{ events: 2_900, missing: [], extra: [], different: [], waiting: 0 },
  });
});

test("M9: whichever side is killed at whatever moment, box and centre are the same in the end", async () => {
  const seed = readSeed();
  console.log(`seed ${seed}`);
  const report = await runSyncChaos({
    ...{ seconds: 25, kills: 4, troubles: 1, changesPerSecond: 40, seed },
  });
  expect(report.sites).toHaveLength(3);
  for (const site of report.sites) {
    expect(site).toMatchObject({
      ...{ missing: 0, extra: 0, different: 0, differentWords: 0, leftOfDeleted: 0, waiting: 0 },
    });
    expect(site.events).toBeGreaterThan(20);
  }
}, 240_000);

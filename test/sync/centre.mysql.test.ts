import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { readSyncCode } from "../../src/sync/central-faults.ts";
import { toGrants } from "../../src/sync/central-views.ts";
import { openCentre, openCentreToRead } from "../../src/sync/centre.ts";
import { compareWithCentre } from "../../src/sync/reconcile.ts";
import { createClaim, createHeartbeat, migrate } from "../support/central-samples.ts";
import { type MySql, openMySql, whyNoMySql } from "../support/mysql.ts";
import { drain, openSyncBox, type SyncBox } from "../support/sync-box.ts";

const WHY_NOT = whyNoMySql();
if (WHY_NOT) console.warn(`NO PASS AGAINST MYSQL: ${WHY_NOT}`);
const onMySql = test.skipIf(WHY_NOT !== null);
const PASSWORD = "a long random password";

let database: MySql | null = null;
beforeAll(async () => {
  if (WHY_NOT) return;
  database = await openMySql();
  console.log(`MySQL ${database.version}`);
  await migrate(database.url());
});
afterAll(() => database?.[Symbol.asyncDispose]());

function demand(): MySql {
  if (!database) throw new Error("MySQL was not started.");
  return database;
}

function target(siteId: string, url = demand().url()) {
  return {
    address: { url, tls: { mode: "auto" as const, ca: null } },
    site: { id: siteId, name: `The ${siteId}` },
    clock: systemClock,
    signal: new AbortController().signal,
  };
}

function fill(box: SyncBox): void {
  const events = Array.from({ length: 1_200 }, () => box.add());
  for (const { id } of events.slice(0, 300)) box.describe(id, "Größer 🚚 'quoted' \\ back");
  for (const { id } of events.slice(0, 100)) box.events.remove(id);
}

onMySql("MySQL takes what the courier brings, and holds what the box holds", async () => {
  await using box = await openSyncBox();
  const options = target("dock");
  const courier = box.createCourier((signal) =>
    openCentre({ ...options, claim: box.site, signal }),
  );
  fill(box);
  await drain(box, courier);
  const changed = box.events.list({ limit: 50 }).items;
  for (const { id } of changed) box.describe(id, "Described days later.");
  for (const { id } of changed.slice(0, 10)) box.events.remove(id);
  await drain(box, courier);

  await using centre = await openCentreToRead(options);
  expect(await compareWithCentre(centre, box.audit)).toMatchObject({
    ...{ events: 1_090, missing: [], extra: [], different: [], waiting: 0 },
  });
  const [row] = await demand().query(
    "SELECT COUNT(*) AS gone FROM motion_events WHERE deleted_at IS NOT NULL AND description IS NULL",
  );
  expect(Number(row?.["gone"])).toBe(10);
});

onMySql("MySQL gives a box its own rows alone, by the grants that are printed", async () => {
  const mysql = demand();
  for (const siteId of ["gate", "yard"]) {
    const grants = toGrants(siteId, {
      ...{ database: "centre", user: `nightjar-${siteId}`, withViews: true },
    });
    // The test's server has no certificate that this machine trusts.
    await mysql.query(...grants.map((one) => one.replace(" REQUIRE SSL", "")));
  }
  const url = mysql.url({ user: "nightjar-gate", password: PASSWORD });
  await using centre = await openCentre({ ...target("gate", url), claim: createClaim() });
  await centre.sendHeartbeat(createHeartbeat());
  const stolen = openCentre({ ...target("yard", url), claim: createClaim() });
  expect(await stolen.then(() => null, readSyncCode)).toBe("sync_denied");
});

onMySql("MySQL answers the fleet's views and keeps the epoch", async () => {
  const mysql = demand();
  const states = await mysql.query("SELECT site_id FROM fleet_sites WHERE state <> 'silent'");
  expect(states.length).toBeGreaterThan(0);
  const [hour] = await mysql.query("SELECT SUM(events) AS events FROM fleet_hours");
  expect(Number(hour?.["events"])).toBe(1_090);
  const before = await migrate(mysql.url());
  expect((await migrate(mysql.url())).epoch).toBe(before.epoch);
  expect((await migrate(mysql.url(), { renewsEpoch: true })).epoch).not.toBe(before.epoch);
});

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { openCentre, openCentreToRead } from "../../src/sync/centre.ts";
import {
  createCentralEvent,
  createClaim,
  createHeartbeat,
  migrate,
} from "../support/central-samples.ts";
import { type MariaDb, openMariaDb } from "../support/mariadb.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const SITES = ["dock", "gate"];
const NOW = systemClock.now();

let database: MariaDb;
beforeAll(async () => {
  database = await openMariaDb();
  await database.query("SET GLOBAL log_output = 'TABLE'", "SET GLOBAL general_log = ON");
  await migrate(database.url());
  for (const siteId of SITES) await fill(siteId);
  await database.query("SET GLOBAL general_log = OFF");
});
afterAll(() => database[Symbol.asyncDispose]());

const target = (siteId: string) => ({
  address: { url: database.url(), tls: { mode: "auto" as const, ca: null } },
  site: { id: siteId, name: `The ${siteId}` },
  clock: systemClock,
  signal: new AbortController().signal,
});

/** Everything that a box and its audit ever ask of the centre. */
async function fill(siteId: string): Promise<void> {
  await using centre = await openCentre({ ...target(siteId), claim: createClaim() });
  const described = createCentralEvent({ startedAt: NOW - 60_000 });
  const skipped = createCentralEvent({
    startedAt: NOW - 30_000,
    ofFacts: { analysisStatus: "skipped", analysisReason: "Too busy.", ai: null },
  });
  const deleted = createCentralEvent({ startedAt: NOW - 20_000 });
  await centre.sendEvents([described, skipped, deleted]);
  await centre.sendEvents([{ ...deleted, revision: 2, facts: null, deletedAt: NOW }]);
  await centre.sendSummaries([
    {
      ...{ cameraId: "yard", cameraName: "Yard", day: "2026-11-23", revision: 1, events: 2 },
      ...{ eventsUrgent: 1, eventsOrdinary: 1, eventsLow: 0, eventsByConcern: [0, 1, 0, 0] },
      ...{ described: 1, reused: 0, skipped: 1, failed: 0, topObjects: ["person"] },
      ...{ firstEventAt: NOW - 60_000, lastEventAt: NOW - 30_000, downtimeS: 7 },
      sentence: "Two events.",
    },
  ]);
  const isBehind = siteId === "gate";
  await centre.sendHeartbeat(createHeartbeat({ lagS: isBehind ? 900 : 0, camerasUp: 4 }));
  await using reader = await openCentreToRead(target(siteId));
  for (const { day } of await reader.tallyByDay()) await reader.revisionsOfDay(day);
}

/** What one of the engines has not, or does otherwise. */
const UNCOMMON: readonly RegExp[] = [
  /\bAUTO_INCREMENT\b/i,
  /\bFOREIGN\s+KEY\b|\bREFERENCES\b/i,
  /\bUNIQUE\b/i,
  /\b(?:CREATE|DROP)\s+TRIGGER\b|\bCALL\b|\bPROCEDURE\b/i,
  /\bJSON\b|->|JSON_\w+\(/i,
  /\bFULLTEXT\b|\bMATCH\s*\(/i,
  /\bRETURNING\b|\bREPLACE\s+INTO\b|\bINSERT\s+IGNORE\b/i,
  /\bLOCK\s+TABLES\b|\bGET_LOCK\b|\bFOR\s+UPDATE\b|\bSAVEPOINT\b/i,
  /\bWITH\s+RECURSIVE\b|\bOVER\s*\(/i,
  /(?<![\w@'])@\w+/,
  /\bENGINE\s*=|\bPARTITION\b/i,
];
/** The one way in which TiDB and MySQL both let a session say its rules. */
const SESSION = /^SET (?:SESSION )?(?:time_zone|sql_mode)/;

async function listSent(): Promise<string[]> {
  const rows = await database.query(
    `SELECT DISTINCT CONVERT(argument USING utf8mb4) AS statement FROM mysql.general_log
     WHERE command_type IN ('Query', 'Execute', 'Prepare')`,
  );
  return rows
    .map(({ statement }) => String(statement))
    .filter((statement) => !/general_log|^USE |^SET NAMES/i.test(statement));
}

test("every statement that is sent keeps to what MySQL, MariaDB, TiDB and Vitess have in common", async () => {
  const sent = await listSent();
  expect(sent.length).toBeGreaterThan(15);
  const findings = sent
    .filter((statement) => !SESSION.test(statement))
    // Words of people are in quotes; they may say what they like.
    .map((statement) => statement.replaceAll(/^\s*--.*$/gm, ""))
    .map((statement) => statement.replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "''"))
    .flatMap((statement) =>
      UNCOMMON.filter((word) => word.test(statement)).map((word) => `${word} in ${statement}`),
    );
  expect(findings).toEqual([]);
});

test("every statement about a site's rows names the site, by which they are sharded", async () => {
  const isOfRows = /\b(?:FROM|INTO|UPDATE)\s+`?(?:sites|motion_events|daily_summaries|site_heart)/i;
  const ofRows = (await listSent())
    .filter((statement) => isOfRows.test(statement))
    .filter((statement) => !/CREATE/i.test(statement));
  expect(ofRows.length).toBeGreaterThan(5);
  expect(ofRows.filter((statement) => !/\bsite_id\b/.test(statement))).toEqual([]);
});

test("the fleet's views tell which site is behind and what the models were too busy for", async () => {
  expect(await database.query("SELECT site_id, state FROM fleet_sites ORDER BY site_id")).toEqual([
    { site_id: "dock", state: "well" },
    { site_id: "gate", state: "behind" },
  ]);
  const undescribed = await database.query(
    "SELECT site_id, analysis_reason FROM fleet_undescribed",
  );
  expect(undescribed).toHaveLength(2);
  const [hour] = await database.query(
    "SELECT SUM(events) AS events, SUM(skipped) AS skipped FROM fleet_hours",
  );
  expect([Number(hour?.["events"]), Number(hour?.["skipped"])]).toEqual([4, 2]);
});

test("every question of the dashboard is answered, with a row where there is something to tell", async () => {
  const text = await readFile(`${REPOSITORY}/config/grafana/nightjar-fleet.json`, "utf8");
  const { panels } = JSON.parse(text) as { panels: { title: string; targets: Target[] }[] };
  interface Target {
    rawSql: string;
  }
  const empty: string[] = [];
  for (const { title, targets } of panels) {
    for (const { rawSql } of targets) {
      const asked = rawSql
        .replaceAll(/\$__timeFilter\((\w+)\)/g, "$1 BETWEEN '2020-01-01' AND '2040-01-01'")
        .replaceAll("$site", "'dock','gate'");
      if ((await database.query(asked)).length === 0) empty.push(title);
    }
  }
  // None of the samples is of concern.
  expect(empty).toEqual(["Newest of concern"]);
});

test("words are found across all sites by the question that the manual has, in any case", async () => {
  const page = await readFile(`${REPOSITORY}/docs/CENTRAL.md`, "utf8");
  const [search = "", index = ""] = [...page.matchAll(/```sql\n([^`]+)```/g)].map(
    (block) => block[1],
  );
  await database.query(index);
  const found = await database.query(search.replace("+van +gate", "+PARCEL +door"));
  expect(found.map((row) => row["site_id"]).toSorted()).toEqual(SITES);
  expect(await database.query(search)).toEqual([]);
});

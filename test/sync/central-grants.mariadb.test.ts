import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

import { createConnection } from "mysql2/promise";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createAuthority, createLeaf } from "../../src/access/certificate.ts";
import { systemClock } from "../../src/base/clock.ts";
import { readSyncCode } from "../../src/sync/central-faults.ts";
import { openCentre } from "../../src/sync/centre.ts";
import { createCentralEvent, createClaim, createHeartbeat } from "../support/central-samples.ts";
import { type MariaDb, openMariaDb } from "../support/mariadb.ts";
import { openTempFolder, type TempFolder } from "../support/temp-folder.ts";

const MAIN = resolve(import.meta.dirname, "../../src/main.ts");
const PASSWORD = "a long random password";
const NOW = systemClock.now();
const TWO_YEARS_MS = 730 * 24 * 3_600_000;
const authority = createAuthority("centre");
const leaf = (name: string, now = NOW) => createLeaf(authority, { host: name, all: [name] }, now);

let database: MariaDb;
let folder: TempFolder;
beforeAll(async () => {
  database = await openMariaDb({ tls: leaf("localhost") });
  folder = await openTempFolder();
  await writeFile(join(folder.path, "ca.pem"), authority.certificate);
  const made = await central(["migrate"], database.url());
  if (made.code !== 0) throw new Error(made.stderr);
  for (const site of ["dock", "gate"]) {
    const { stdout } = await central(["migrate", "--print-grants", site, "--json"], database.url());
    await database.query(...(JSON.parse(stdout) as string[]));
  }
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function central(words: readonly string[], url: string | null) {
  const environment = { PATH: process.env["PATH"], ...(url !== null && { DATABASE_URL: url }) };
  const child = spawn(process.execPath, [MAIN, "central", ...words], { env: environment });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { code: child.exitCode, stdout, stderr };
}

const login = (site: string) => ({ user: `nightjar-${site}`, password: PASSWORD });

function open(siteId: string, given: { as?: string; ca?: string | null; host?: string } = {}) {
  const { as = siteId, ca = authority.certificate, host = "localhost" } = given;
  return openCentre({
    address: { url: database.url(login(as), "centre", host), tls: { mode: "verify", ca } },
    site: { id: siteId, name: siteId },
    claim: createClaim(),
    clock: systemClock,
    signal: new AbortController().signal,
  });
}

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    (error: unknown) => readSyncCode(error) ?? String(error),
  );
}

test("with the grants that are printed for it a box does all it has to, over TLS", async () => {
  await using centre = await open("dock");
  const event = createCentralEvent();
  await centre.sendEvents([event]);
  await centre.sendEvents([{ ...event, revision: 2, facts: null, deletedAt: NOW }]);
  await centre.sendEvents([createCentralEvent()]);
  await centre.sendHeartbeat(createHeartbeat());
  const { eventId, cameraId } = event;
  await centre.sendThumbnails([{ eventId, cameraId, revision: 1, jpeg: Buffer.from("jpeg") }]);
  expect(await centre.tallyByDay()).toMatchObject([{ events: 1, revisions: 1 }]);
});

test("a stolen box's account cannot read, change, move or delete what belongs to another site", async () => {
  await using gate = await open("gate");
  const event = createCentralEvent();
  await gate.sendEvents([event]);
  await gate.sendHeartbeat(createHeartbeat());
  await open("dock").catch(() => undefined);

  // As the other site with its own account, as whoever took the box would try first.
  expect(await codeOf(open("gate", { as: "dock" }))).toBe("sync_denied");

  const thief = await createConnection({
    host: "localhost",
    port: database.port,
    ...login("dock"),
    database: "centre",
    ssl: { ca: authority.certificate },
  });
  const id = event.eventId;
  const tries = [
    "SELECT * FROM motion_events",
    "SELECT * FROM motion_events__gate",
    "SELECT * FROM sites",
    "SELECT * FROM site_heartbeats__gate",
    "SELECT * FROM event_thumbnails",
    "SELECT * FROM event_thumbnails__gate",
    "UPDATE motion_events__gate SET title = 'x'",
    `UPDATE motion_events SET title = 'x' WHERE event_id = '${id}'`,
    "INSERT INTO motion_events__dock (site_id, event_id, camera_id, started_at, sent_at, revision) " +
      `VALUES ('gate', '${id}', 'yard', '2026-11-23 09:15:00', '2026-11-23 09:15:00', 9) ` +
      "ON DUPLICATE KEY UPDATE title = 'x', revision = 9",
    "UPDATE motion_events__dock SET site_id = 'gate'",
    "UPDATE sites__dock SET site_id = 'gate'",
    "DELETE FROM motion_events__dock",
    "DELETE FROM motion_events",
    "UPDATE schema_meta SET epoch = 'x'",
    "DROP VIEW motion_events__dock",
    "CREATE TABLE mine (id INT)",
    "SHOW CREATE VIEW motion_events__gate",
    "SELECT * FROM mysql.user",
    "GRANT SELECT ON centre.* TO 'nightjar-dock'@'%'",
  ];
  const allowed: string[] = [];
  for (const statement of tries) {
    await thief.query(statement).then(
      () => allowed.push(statement),
      () => undefined,
    );
  }
  const [views] = await thief.query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'centre'",
  );
  const [own] = await thief.query("SELECT DISTINCT site_id FROM motion_events__dock");
  thief.destroy();
  expect(allowed).toEqual([]);
  expect(JSON.stringify(views)).not.toContain("gate");
  expect(own).toEqual([{ site_id: "dock" }]);
  const [row] = await database.query(`SELECT * FROM motion_events WHERE event_id = '${id}'`);
  expect(row).toMatchObject({ site_id: "gate", title: "A person with a parcel", revision: 1 });
});

test("M6: a centre whose certificate is not to be trusted gets no login and no row", async () => {
  const other = createAuthority("elsewhere");
  expect(await codeOf(open("dock", { ca: other.certificate }))).toBe("sync_tls");
  expect(await codeOf(open("dock", { ca: null }))).toBe("sync_tls");
  expect(await codeOf(open("dock", { host: "127.0.0.1" }))).toBe("sync_tls");
  try {
    await database.present(leaf("elsewhere.example"));
    expect(await codeOf(open("dock"))).toBe("sync_tls");
    await database.present(leaf("localhost", NOW - TWO_YEARS_MS));
    expect(await codeOf(open("dock"))).toBe("sync_tls");
  } finally {
    await database.present(leaf("localhost"));
  }
});

test("M6: a centre without TLS is refused rather than spoken to in the clear", async () => {
  await using plain = await openMariaDb();
  const open = openCentre({
    address: {
      url: plain.url(login("dock"), "centre", "localhost"),
      tls: { mode: "verify", ca: null },
    },
    site: { id: "dock", name: "dock" },
    claim: createClaim(),
    clock: systemClock,
    signal: new AbortController().signal,
  });
  expect(await codeOf(open)).toBe("sync_tls");
});

test("the owner reads how each site is, and a box reads of itself alone", async () => {
  const all = await central(["status", "--json"], database.url());
  const sites = JSON.parse(all.stdout) as { id: string; cameras_up: number }[];
  expect(sites.map(({ id }) => id)).toEqual(["dock", "gate"]);
  expect(sites[1]).toMatchObject({ cameras_up: 3, model_state: "ready", unsent: 1, lag_s: 1 });

  const lines = await central(["status"], database.url());
  expect(lines.stdout).toContain("gate  gate: heard");
  const none = await central(["status"], null);
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("DATABASE_URL") });
  const unreachable = await central(["migrate"], "mysql://root:secret@127.0.0.1:1/centre");
  expect(unreachable.code).toBe(1);
  expect(unreachable.stderr).not.toContain("secret");
});

test("an account with the tables' own rights, as where views are unknown, works as well", async () => {
  const words = ["migrate", "--print-grants", "attic", "--no-views", "--json"];
  const { stdout } = await central(words, database.url());
  await database.query(...(JSON.parse(stdout) as string[]));
  await using centre = await open("attic");
  await centre.sendEvents([createCentralEvent()]);
  expect(await centre.tallyByDay()).toMatchObject([{ events: 1 }]);
});

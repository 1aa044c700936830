import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore } from "../../src/store/events.ts";
import { migrate } from "../support/central-samples.ts";
import { openDaemon } from "../support/daemon.ts";
import { openLanClient } from "../support/lan-client.ts";
import { type MariaDb, openMariaDb } from "../support/mariadb.ts";
import { createMotionEvent } from "../support/sample-events.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

/** A busy machine is no failure. */
const patient = { timeout: 60_000 };

let database: MariaDb;
beforeAll(async () => {
  database = await openMariaDb();
  await migrate(database.url());
});
afterAll(() => database[Symbol.asyncDispose]());

async function central({ daemon }: Box, words: readonly string[]) {
  const env = {
    PATH: process.env["PATH"],
    NIGHTJAR_CONFIG: join(daemon.dataDir, "..", "nightjar.yaml"),
    DATABASE_URL: database.url(),
  };
  const child = spawn(process.execPath, [MAIN, "central", ...words, "--json"], { env });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { code: child.exitCode, stderr, report: stdout === "" ? null : JSON.parse(stdout) };
}

type Box = Awaited<ReturnType<typeof openBox>>;

/** A box whose events are put into its database from beside it. */
async function openBox(siteId: string) {
  const environment = { DATABASE_URL: database.url() };
  const daemon = await openDaemon({ config: { site: { id: siteId }, cameras: [] }, environment });
  const client = await openLanClient(daemon);
  return {
    daemon,
    code: async () => (await client.get("/sync")).code,
    async add(count: number) {
      const path = join(daemon.dataDir, "nightjar.db");
      const log = createLog({ level: "silent" });
      await using db = await openDatabase({ path, log, isVisit: true });
      const events = createEventStore(db);
      for (let at = 0; at < count; at += 1) {
        const startedAt = Date.parse("2026-03-01T12:00:00Z") + at * 7 * 3_600_000;
        events.insert(createMotionEvent({ analysisStatus: "disabled", startedAt }), null);
      }
    },
    async send() {
      await client.fetch("/sync/run", { method: "POST" });
      const isSent = async () => {
        const { code, unsent } = await client.get("/sync");
        return code === "synced" && unsent === 0;
      };
      await expect.poll(isSent, patient).toBe(true);
    },
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}

test("the audit finds what the centre lost, has too much or has otherwise, and has it sent again", async () => {
  await using box = await openBox("dock");
  await box.add(40);
  await box.send();
  const same = { events: 40, missing: 0, extra: 0, different: 0, waiting: 0, repaired: 0 };
  expect(await central(box, ["audit"])).toMatchObject({ code: 0, report: same });

  await database.query(
    "DELETE FROM motion_events ORDER BY event_id LIMIT 3",
    "UPDATE motion_events SET revision = revision + 5 ORDER BY event_id DESC LIMIT 2",
    `INSERT INTO motion_events (site_id, event_id, camera_id, started_at, sent_at, revision)
       SELECT site_id, '018f0000-0000-7000-8000-000000000001', camera_id, started_at, sent_at, 9
       FROM motion_events LIMIT 1`,
  );
  const differs = { events: 40, missing: 3, extra: 1, different: 2 };
  expect(await central(box, ["audit"])).toMatchObject({ code: 1, report: differs });
  expect(await central(box, ["audit", "--repair"])).toMatchObject({
    code: 0,
    report: { ...differs, repaired: 6 },
  });
  await box.send();
  expect(await central(box, ["audit"])).toMatchObject({ code: 0, report: same });
});

test("a box that takes the place of another says so once, and the other is told", async () => {
  await using before = await openBox("gate");
  await before.send();
  await using after = await openBox("gate");
  await expect.poll(after.code, patient).toBe("site_conflict");
  expect(await central(after, ["claim"])).toMatchObject({ code: 0, report: { claimed: true } });
  await after.add(1);
  await after.send();
  expect(await central(after, ["audit"])).toMatchObject({ code: 0, report: { events: 1 } });
});

import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { createChangeStore } from "../../src/store/changes.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore } from "../../src/store/events.ts";
import { createBackups } from "../../src/upkeep/backups.ts";
import { restoreBackup } from "../../src/upkeep/restore.ts";
import { runCorruption } from "../support/corrupt-run.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createMotionEvent } from "../support/sample-events.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const log = createLog({ level: "silent" });
const SEEDS = 12;

async function openBox(dataDir: string, keep = 2) {
  await mkdir(join(dataDir, "tls"), { recursive: true });
  const db = await openDatabase({ path: join(dataDir, "nightjar.db"), log });
  const clock = createManualClock();
  const configFile = join(dataDir, "nightjar.yaml");
  const options = { dataDir, keep, configFile };
  const backups = createBackups(options, { clock, log, copyDatabase: db.copy });
  const events = createEventStore(db);
  const add = (): string => {
    const event = createMotionEvent({ endedAt: Date.UTC(2026, 0, 2), analysisStatus: "disabled" });
    events.insert(event, null);
    return event.id;
  };
  const close = () => db[Symbol.asyncDispose]();
  return { db, clock, backups, events, add, [Symbol.asyncDispose]: close };
}

test("what is restored is as it was: rows, keys and configuration; what was there lies aside", async () => {
  await using folder = await openTempFolder();
  const dataDir = join(folder.path, "data");
  const file = join(folder.path, "box.backup");
  let kept = "";
  let newest = 0;
  {
    await using box = await openBox(dataDir);
    await writeFile(join(dataDir, "vault-key"), "the key of then");
    await writeFile(join(dataDir, "tls", "box.pem"), "the certificate of then");
    await writeFile(join(dataDir, "nightjar.yaml"), "site: {}");
    kept = box.add();
    await box.backups.make(file);
    box.add();
    newest = createChangeStore(box.db).newest();
    await expect(restoreBackup(file, { dataDir, stamp: "now" })).rejects.toThrow("already running");
  }
  expect((await stat(file)).mode & 0o077).toBe(0);
  await writeFile(join(dataDir, "vault-key"), "another key");

  const { aside, config } = await restoreBackup(file, { dataDir, stamp: "now" });
  expect(await readFile(join(dataDir, "vault-key"), "utf8")).toBe("the key of then");
  expect(await readFile(join(dataDir, "tls", "box.pem"), "utf8")).toBe("the certificate of then");
  expect(await readFile(config ?? "", "utf8")).toBe("site: {}");
  expect(await readFile(join(aside, "vault-key"), "utf8")).toBe("another key");
  expect(await readdir(aside)).toContain("nightjar.db");

  await using box = await openBox(dataDir);
  expect(box.db.origin).toBe("restored");
  expect(box.events.list({ limit: 9 }).items.map(({ id }) => id)).toEqual([kept]);
  // Whoever listened before is told to read anew.
  expect(createChangeStore(box.db).newest()).toBeGreaterThan(newest);
  expect(box.events.find(kept)?.revision).toBeGreaterThan(1_000_000);
});

test("what is no backup, or is of a newer Nightjar, is refused before anything is touched", async () => {
  await using folder = await openTempFolder();
  const dataDir = join(folder.path, "data");
  const file = join(folder.path, "box.backup");
  {
    await using box = await openBox(dataDir);
    box.db.orm.run("insert into __drizzle_migrations (hash, created_at) values ('newer', 9e15)");
    await box.backups.make(file);
  }
  const before = await readdir(dataDir);
  await expect(restoreBackup(file, { dataDir, stamp: "now" })).rejects.toThrow(
    "newer or different",
  );
  await writeFile(file, "no backup at all");
  await expect(restoreBackup(file, { dataDir, stamp: "now" })).rejects.toThrow("is no backup");
  await expect(restoreBackup(`${file}.not`, { dataDir, stamp: "now" })).rejects.toThrow("no file");
  expect(await readdir(dataDir)).toEqual(before);
});

test("of the backups by schedule the newest few are kept, and a failed one is told", async () => {
  await using folder = await openTempFolder();
  await using box = await openBox(folder.path);
  const made = join(folder.path, "backups");
  for (let hour = 0; hour < 4; hour += 1) {
    await box.backups.keepOne();
    await box.clock.advance(3_600_000);
  }
  expect(await readdir(made)).toHaveLength(2);
  expect((await readdir(made)).at(-1)).toContain("T03-00-00");

  const failing = createBackups(
    { dataDir: folder.path, keep: 2, configFile: null },
    { clock: box.clock, log, copyDatabase: () => Promise.reject(new Error("the disk is full")) },
  );
  await failing.keepOne();
  expect(failing.report()).toMatchObject({ trouble: "the disk is full" });
  expect(await readdir(made)).toHaveLength(2);
});

test(`D5: ${SEEDS} databases with garbage in them come back from backup and from what is readable`, async () => {
  const report = await runCorruption({ seeds: SEEDS, firstSeed: 1 });
  expect(report.broken).toEqual([]);
  expect(report.restored).toBeGreaterThan(SEEDS / 2);
  expect(report.salvaged).toBeGreaterThan(report.newer / 2);
});

import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createLog } from "../../src/base/log.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore } from "../../src/store/events.ts";
import { createSyncMarks } from "../../src/store/sync-marks.ts";
import { createUserStore } from "../../src/store/users.ts";
import { createBackups } from "../../src/upkeep/backups.ts";
import { createRandom } from "./random.ts";
import { createMotionEvent } from "./sample-events.ts";
import { openTempFolder } from "./temp-folder.ts";

const log = createLog({ level: "silent" });
const PAGE_BYTES = 4096;
const EVENTS_BEFORE = 60;
const EVENTS_AFTER = 60;

export interface CorruptReport {
  seeds: number;
  /** Databases whose damage was noticed at the opening. */
  restored: number;
  /** Whose garbage fell on nothing that is looked at. */
  unharmed: number;
  /** Events made after the backup: how many there were, and how many were read from the damage. */
  newer: number;
  salvaged: number;
  /** What must never be; one sentence each. */
  broken: string[];
}

/** So many databases, each with garbage in its head or in some of its pages, are opened again. */
export async function runCorruption(options: {
  seeds: number;
  firstSeed: number;
}): Promise<CorruptReport> {
  const report: CorruptReport = {
    ...{ seeds: options.seeds, restored: 0, unharmed: 0, newer: 0, salvaged: 0, broken: [] },
  };
  for (let place = 0; place < options.seeds; place += 1) {
    await corruptOnce(options.firstSeed + place, report);
  }
  return report;
}

async function corruptOnce(seed: number, report: CorruptReport): Promise<void> {
  await using folder = await openTempFolder();
  const path = join(folder.path, "nightjar.db");
  const { kept, newer } = await fill(folder.path, path, seed % 5 !== 4);
  const damaged = spoil(await readFile(path), createRandom(seed));
  await writeFile(path, damaged);

  const recovery = { backups: join(folder.path, "backups"), stamp: "now" };
  const fail = (sentence: string): void => void report.broken.push(`seed ${seed}: ${sentence}`);
  try {
    await using db = await openDatabase({ path, log, recovery });
    const events = createEventStore(db);
    const there = new Set(events.list({ limit: 1_000 }).items.map(({ id }) => id));
    for (const id of kept) if (!there.has(id)) fail("an event of the backup is gone");
    const counted = events.ledger().reduce((sum, { captured }) => sum + captured, 0);
    if (counted !== there.size) fail(`the ledger counts ${counted} of ${there.size}`);
    report.newer += newer.length;
    report.salvaged += newer.filter((id) => there.has(id)).length;
    if (db.recovery === null) {
      report.unharmed += 1;
      return;
    }
    report.restored += 1;
    if (kept.length > 0 && !createUserStore(db).findByName("anna")) fail("the account is gone");
    if (createSyncMarks(db).counts().waiting < there.size) fail("not all is told to the centre");
    const aside = await readFile(join(db.recovery.quarantine, "nightjar.db"));
    if (!aside.equals(damaged)) fail("the damaged database is not as it was");
  } catch (error) {
    fail(String(error));
  }
  if ((await readdir(folder.path)).some((name) => name.endsWith(".unfinished")))
    fail("half a file");
}

/** Events before a backup, unless there is to be none, and events after it. */
async function fill(folder: string, path: string, hasBackup: boolean) {
  await using db = await openDatabase({ path, log });
  const events = createEventStore(db);
  const add = (): string => {
    const event = createMotionEvent({ endedAt: Date.UTC(2026, 0, 2), analysisStatus: "disabled" });
    events.insert(event, null);
    return event.id;
  };
  const user = { id: "0", username: "anna", passwordHash: "hash", role: "admin" as const };
  createUserStore(db).insert({ ...user, disabled: false, createdAt: 0, cameraIds: null });
  const kept = Array.from({ length: EVENTS_BEFORE }, add);
  await mkdir(join(folder, "backups"));
  const backups = createBackups(
    { dataDir: folder, keep: 1, configFile: null },
    { clock: { now: () => Date.UTC(2026, 0, 3) }, log, copyDatabase: db.copy },
  );
  if (hasBackup) await backups.keepOne();
  const newer = Array.from({ length: EVENTS_AFTER }, add);
  return { kept: hasBackup ? kept : [], newer };
}

/** Every third the head, the others one to four pages anywhere. */
function spoil(whole: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(whole);
  const fill = (from: number, to: number): void => {
    for (let at = from; at < to; at += 1) bytes[at] = Math.floor(random() * 256);
  };
  if (random() < 1 / 3) {
    fill(0, 100);
    return bytes;
  }
  const pages = bytes.length / PAGE_BYTES;
  for (let left = 1 + Math.floor(random() * 4); left > 0; left -= 1) {
    const page = Math.floor(random() * pages);
    fill(page * PAGE_BYTES, (page + 1) * PAGE_BYTES);
  }
  return bytes;
}

/**
 * The child whose writes are recorded: a box with cameras that move, a model that describes, and
 * people who mark, delete, add a camera and make backups. Half-way it is stopped and started again.
 * What it told goes to stdout, a line each, written at once.
 *
 *     node scripts/power-cut/workload.ts FOLDER SECONDS [synchronous|pictures]
 *
 * The last names a fault that is planted: the database, or the files, are no longer synced.
 */
import { writeSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { createLog } from "../../src/base/log.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createBackups } from "../../src/upkeep/backups.ts";
import { type LanClient, openLanClient } from "../../test/support/lan-client.ts";
import { createManualClock } from "../../test/support/manual-clock.ts";
import { openBox } from "./box.ts";
import type { Said } from "./said.ts";
import { createToldEvents } from "./told-events.ts";

const [dataDir = "", seconds = "60", planted = ""] = process.argv.slice(2);
const STEP_MS = 200;
const LIVES = 2;
const BACKUP_EVERY_STEPS = 100;
const BACKUPS_KEPT = 2;
const json = { "content-type": "application/json" };
const clock = createManualClock();

await plant(planted);
for (let life = 0; life < LIVES; life += 1) await live(Number(seconds) / LIVES, life === 0);

async function live(sceneSeconds: number, isFirst: boolean): Promise<void> {
  await using box = await openBox({ dataDir, clock, sceneSeconds });
  const stop = new AbortController();
  const running = box.run(stop.signal);
  const client = await openLanClient({
    url: `http://127.0.0.1:${box.address.port}`,
    setupCode: () => readFile(join(dataDir, "setup-code"), "utf8"),
  });
  if (isFirst) {
    tell({ said: "admin", name: "installer" });
    const gate = { id: "gate", name: "Gate", url: "rtsp://guard:secret@192.168.77.1/sub" };
    const added = await client.fetch("/cameras", {
      ...{ method: "POST", headers: json, body: JSON.stringify(gate) },
    });
    if (added.ok) tell({ said: "camera", id: gate.id });
  }
  await client.listen();

  const newEvents = createToldEvents(client.messages);
  let described = 0;
  for (let step = 1; step <= (sceneSeconds * 1000) / STEP_MS; step += 1) {
    await clock.advance(STEP_MS);
    // Pictures are compressed and written by threads that no clock of ours moves.
    await pause(1);
    for (const { type, said } of newEvents()) {
      tell(said);
      if (type !== "event.analyzed") continue;
      described += 1;
      await treat(said.id, described, client);
    }
    if (step % BACKUP_EVERY_STEPS === 0) await backUp();
  }
  client.close();
  stop.abort();
  // Whoever is asked to stop waits by the same clock.
  let isStopped = false;
  void running.finally(() => {
    isStopped = true;
  });
  while (!isStopped) {
    await clock.advance(STEP_MS);
    await pause(1);
  }
  await running;
}

function tell(said: Said): void {
  writeSync(1, `${JSON.stringify(said)}\n`);
}

/** Every third is deleted, every third marked, every third left alone. */
async function treat(id: string, turn: number, client: LanClient): Promise<void> {
  const path = `/events/${id}`;
  if (turn % 3 === 0) {
    tell({ said: "leaving", id });
    const answer = await client.fetch(path, { method: "DELETE" });
    if (answer.ok || answer.status === 404) tell({ said: "gone", id });
  }
  if (turn % 3 === 1) {
    const body = JSON.stringify({ important: true });
    const answer = await client.fetch(path, { method: "PATCH", headers: json, body });
    if (answer.ok) tell({ said: "marked", id });
  }
}

/** As `nightjar backup` does beside the daemon, into the folder of those by schedule. */
async function backUp(): Promise<void> {
  const log = createLog({ level: "silent" });
  await using db = await openDatabase({ path: join(dataDir, "nightjar.db"), log, isVisit: true });
  const options = { dataDir, keep: BACKUPS_KEPT, configFile: null };
  const backups = createBackups(options, { clock, log, copyDatabase: db.copy });
  await backups.keepOne();
  const { madeAt } = backups.report();
  if (madeAt === null) return;
  const stamp = new Date(madeAt).toISOString().replaceAll(":", "-");
  tell({ said: "backup", file: `nightjar-${stamp}.backup` });
}

async function plant(fault: string): Promise<void> {
  if (fault === "synchronous") {
    const { default: Database } = await import("better-sqlite3");
    const pragma = Database.prototype.pragma;
    Database.prototype.pragma = function (source, options) {
      return pragma.call(this, source.replace("synchronous = full", "synchronous = off"), options);
    };
  }
  if (fault === "pictures") {
    await using handle = await open(import.meta.filename);
    Object.getPrototypeOf(handle).sync = async (): Promise<void> => {};
  }
}

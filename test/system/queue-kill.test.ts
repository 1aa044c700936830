import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { sql } from "drizzle-orm";
import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { type EdgeDatabase, openDatabase } from "../../src/store/database.ts";
import { createRandom, readSeed } from "../support/random.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const KILLS = 20;
const CHILD = join(import.meta.dirname, "../support/queue-child.ts");

test(`${KILLS} kill -9s while jobs flow lose none, strand none and settle none twice`, async () => {
  const seed = readSeed();
  console.log(`seed ${seed}`);
  const random = createRandom(seed);
  await using folder = await openTempFolder();
  await countResults(folder.path);

  const accepted: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = spawnChild(folder.path, "produce", (id) => accepted.push(id));
    const target = accepted.length + 1 + Math.floor(random() * 25);
    while (accepted.length < target && child.exitCode === null) await pause(1);
    child.kill("SIGKILL");
    await ended(child);
  }
  console.log(`${accepted.length} events acknowledged`);
  const last = spawnChild(folder.path, "drain", () => {});
  expect(await ended(last)).toBe(0);

  await using db = await openDatabase({ path: join(folder.path, "nightjar.db"), log });
  const rows = db.orm.all<{ id: string; status: string; state: string; results: number }>(sql`
    select e.id, e.analysis_status as status, j.state, count(r.event_id) as results
    from motion_events e
    left join analysis_jobs j on j.motion_event_id = e.id
    left join results r on r.event_id = e.id
    group by e.id, j.id`);
  const found = new Map(rows.map((row) => [row.id, row]));
  expect(found.size).toBe(rows.length);
  expect(accepted.length).toBeGreaterThan(KILLS);
  expect(accepted.filter((id) => !found.has(id))).toEqual([]);
  for (const { status, state, results } of rows) {
    expect([`${status} ${state} ${results}`]).toEqual(
      status === "failed" ? ["failed dead 0"] : ["done done 1"],
    );
  }
  const [line] = db.orm.all<{ verdict: string }>(sql`select * from pragma_integrity_check`);
  expect(Object.values(line ?? {})).toEqual(["ok"]);
}, 120_000);

const log = createLog({ level: "silent" });

/** Every description ever written leaves a mark, so that a second one for an event shows. */
async function countResults(folder: string): Promise<void> {
  await using db: EdgeDatabase = await openDatabase({ path: join(folder, "nightjar.db"), log });
  db.orm.run(sql`create table results (event_id text not null)`);
  for (const change of ["insert", "update"]) {
    db.orm.run(
      sql.raw(`create trigger results_${change} after ${change} on descriptions
        begin insert into results values (new.motion_event_id); end`),
    );
  }
}

function spawnChild(folder: string, errand: string, onLine: (line: string) => void): ChildProcess {
  const child = spawn(process.execPath, [CHILD, folder, errand], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", onLine);
  return child;
}

/** The exit code; null after a signal. */
async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}

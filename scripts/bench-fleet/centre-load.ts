/** What the centre itself was made to do: its own counters, and its process's time. */
import { readFile } from "node:fs/promises";

import { systemClock } from "../../src/base/clock.ts";
import type { MariaDb } from "../../test/support/mariadb.ts";

/** Of the kernel's clock by which it tells a process's time. */
const TICKS_PER_SECOND = 100;

export interface CentreLoad {
  seconds: number;
  /** That wrote rows; of events, and of heartbeats. */
  statements: number;
  /** Of one core. */
  cpuPercent: number;
  connections: number;
}

export async function measureLoad(
  database: MariaDb,
  work: () => Promise<void>,
): Promise<CentreLoad> {
  const before = await readCounters(database);
  const startedMs = systemClock.monotonic();
  await work();
  const seconds = (systemClock.monotonic() - startedMs) / 1000;
  const after = await readCounters(database);
  return {
    seconds,
    statements: after.statements - before.statements,
    cpuPercent: ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100,
    connections: after.connections,
  };
}

async function readCounters(database: MariaDb) {
  const found = await database.query("SHOW GLOBAL STATUS");
  const values = new Map(found.map((row) => [row["Variable_name"], Number(row["Value"])]));
  const read = (name: string): number => values.get(name) ?? 0;
  return {
    statements: read("Com_insert"),
    connections: read("Threads_connected"),
    cpuSeconds: await readCpuSeconds(database.pid),
  };
}

async function readCpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // The name before them may hold spaces, but no more closing brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

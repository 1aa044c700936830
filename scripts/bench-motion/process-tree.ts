/** What processes and all their descendants have used up to now, as the kernel counts it. */
import { readdir, readFile } from "node:fs/promises";

export interface TreeUsage {
  /** User and system, of the living and of those that ended and were waited for. */
  cpuS: number;
  /** The same, of the roots alone. */
  rootCpuS: number;
  /** Memory, each shared page divided among those that share it. */
  pssMb: number;
  processCount: number;
}

interface Process {
  pid: number;
  parent: number;
  ownTicks: number;
  endedChildrenTicks: number;
}

/** Linux tells times to programs in hundredths of a second, whatever its own tick is. */
const TICKS_PER_SECOND = 100;

export async function readTrees(roots: readonly number[]): Promise<TreeUsage> {
  const all = await listProcesses();
  const inTrees = findDescendants(all, roots);
  const own = inTrees.filter(({ pid }) => roots.includes(pid));
  const pssKb = await Promise.all(inTrees.map(({ pid }) => readPssKb(pid)));
  const ticks = inTrees.map((one) => one.ownTicks + one.endedChildrenTicks);
  return {
    cpuS: sum(ticks) / TICKS_PER_SECOND,
    rootCpuS: sum(own.map(({ ownTicks }) => ownTicks)) / TICKS_PER_SECOND,
    pssMb: sum(pssKb) / 1024,
    processCount: inTrees.length,
  };
}

async function listProcesses(): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(readProcess));
  return found.filter((one) => one !== null);
}

async function readProcess(pid: number): Promise<Process | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  // It ended while it was looked at; its parent's account has it then.
  if (stat === null) return null;
  // The name, in parentheses, may hold anything; behind it the fields are counted from the third.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const read = (number: number): number => Number(fields[number - 3]);
  return {
    pid,
    parent: read(4),
    ownTicks: read(14) + read(15),
    endedChildrenTicks: read(16) + read(17),
  };
}

function findDescendants(all: readonly Process[], roots: readonly number[]): Process[] {
  let generation = all.filter(({ pid }) => roots.includes(pid));
  const found: Process[] = [];
  while (generation.length > 0) {
    found.push(...generation);
    const parents = new Set(generation.map(({ pid }) => pid));
    generation = all.filter(({ parent }) => parents.has(parent));
  }
  return found;
}

async function readPssKb(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

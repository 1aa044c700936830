/** What the box takes of the machine, looked at every few seconds. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import type { Daemon } from "../../test/support/daemon.ts";
import { readTrees } from "../bench-motion/process-tree.ts";

export interface Sample {
  /** Since the load began. */
  atMs: number;
  /** Of the daemon alone, and with everything it started. */
  memoryMb: number;
  treeMb: number;
  descriptors: number;
  walMb: number;
}

const KB_A_MB = 1024;
const BYTES_A_MB = 1024 * 1024;
const MS_AN_HOUR = 3_600_000;

/** Until the signal aborts, and once more then. */
export async function watchFigures(
  daemon: Daemon,
  options: { everyMs: number; signal: AbortSignal; onSample(sample: Sample): void },
): Promise<Sample[]> {
  const { everyMs, signal, onSample } = options;
  const startedAt = performance.now();
  const samples: Sample[] = [];
  for (;;) {
    const sample = { atMs: performance.now() - startedAt, ...(await readSample(daemon)) };
    samples.push(sample);
    onSample(sample);
    if (signal.aborted) return samples;
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

async function readSample({ pid, dataDir }: Daemon): Promise<Omit<Sample, "atMs">> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const wal = await stat(join(dataDir, "nightjar.db-wal")).catch(() => null);
  return {
    memoryMb: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / KB_A_MB,
    treeMb: (await readTrees([pid])).pssMb,
    descriptors: (await readdir(`/proc/${pid}/fd`)).length,
    walMb: (wal?.size ?? 0) / BYTES_A_MB,
  };
}

/** By least squares, an hour; null of fewer than two samples. */
export function toSlope(samples: readonly Sample[], pick: (sample: Sample) => number) {
  const points = samples.map((sample) => ({ x: sample.atMs / MS_AN_HOUR, y: pick(sample) }));
  const meanX = toMean(points.map(({ x }) => x));
  const meanY = toMean(points.map(({ y }) => y));
  const across = toMean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
  const spread = toMean(points.map(({ x }) => (x - meanX) ** 2));
  return spread > 0 ? across / spread : null;
}

function toMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The metrics by name; of one with labels, the sum over them and each line under its labels. */
export function parseMetrics(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const [, name = "", labels = "", value] of text.matchAll(/^(\w+)(\{.*\})? (\S+)$/gm)) {
    if (labels !== "") found.set(name + labels, Number(value));
    found.set(name, (found.get(name) ?? 0) + Number(value));
  }
  return found;
}

/** Measures the contenders side by side: the same address, the same moments, the same machine. */
import { systemClock } from "../../src/base/clock.ts";
import type { Contender, ContenderName } from "./contenders.ts";
import { readTrees, type TreeUsage } from "./process-tree.ts";

export interface Windows {
  warmUpS: number;
  windowS: number;
  count: number;
}

/** Medians over the windows. */
export interface Figures {
  name: ContenderName;
  /** CPU seconds per minute of one stream, the whole process tree. */
  cpuPerStreamMinuteS: number;
  /** The share of the first process alone: of ours that is Node. */
  rootCpuPerStreamMinuteS: number;
  pssPerStreamMb: number;
  /** Scored frames a second of one stream; null of those who do not tell. */
  framesPerSecond: number | null;
}

interface Reading {
  atMs: number;
  frameCount: number | null;
  usage: TreeUsage;
}

const never = new AbortController().signal;

export async function measure(
  contenders: readonly Contender[],
  windows: Windows,
  streamCount: number,
): Promise<Figures[]> {
  await systemClock.sleep(windows.warmUpS * 1_000, { signal: never });
  const rounds = [await readAll(contenders)];
  for (let i = 0; i < windows.count; i += 1) {
    await systemClock.sleep(windows.windowS * 1_000, { signal: never });
    rounds.push(await readAll(contenders));
  }
  return contenders.map(({ name }, i) =>
    toFigures(
      name,
      rounds.flatMap((round) => round[i] ?? []),
      streamCount,
    ),
  );
}

async function readAll(contenders: readonly Contender[]): Promise<Reading[]> {
  for (const contender of contenders) contender.assertAlive();
  return Promise.all(
    contenders.map(async (contender) => ({
      usage: await readTrees(contender.pids),
      atMs: systemClock.monotonic(),
      frameCount: contender.frameCount(),
    })),
  );
}

export function toFigures(
  name: ContenderName,
  readings: readonly Reading[],
  streamCount: number,
): Figures {
  const spans = readings.slice(1).flatMap((to, i) => {
    const from = readings[i];
    return from ? [{ from, to, seconds: (to.atMs - from.atMs) / 1_000 }] : [];
  });
  const perStreamMinute = (used: (usage: TreeUsage) => number): number =>
    median(
      spans.map(
        ({ from, to, seconds }) =>
          ((used(to.usage) - used(from.usage)) * 60) / seconds / streamCount,
      ),
    );
  const rates = spans.flatMap(({ from, to, seconds }) =>
    from.frameCount === null || to.frameCount === null
      ? []
      : [(to.frameCount - from.frameCount) / seconds / streamCount],
  );
  return {
    name,
    cpuPerStreamMinuteS: perStreamMinute(({ cpuS }) => cpuS),
    rootCpuPerStreamMinuteS: perStreamMinute(({ rootCpuS }) => rootCpuS),
    pssPerStreamMb: median(readings.slice(1).map(({ usage }) => usage.pssMb / streamCount)),
    framesPerSecond: rates.length > 0 ? median(rates) : null,
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new Error("There is no median of nothing.");
  return (low + high) / 2;
}

/** Processes that simulate seeds side by side, each the next that nobody has begun. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

import type { Verdict } from "./simulation.ts";

export interface CrewOptions {
  seeds: Iterable<number>;
  workers: number;
  /** See plants.ts. */
  plant?: string | undefined;
  onVerdict(verdict: Verdict): void;
  /** Of everything that happens; only if it is wanted. */
  onLine?: ((line: string) => void) | undefined;
  /** Asked before each seed. */
  isEnough?: () => boolean;
}

type News = { isReady: true } | { line: string } | { verdict: Verdict };

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
/** What a seed leaves behind is gone with the next. */
const YOUNG = ["--max-semi-space-size=64"];
/** A seed that takes so long, real time, hangs. */
const PATIENCE_MS = 300_000;

/** Resolves when all seeds are done. */
export async function runCrew(options: CrewOptions): Promise<void> {
  const seeds = options.seeds[Symbol.iterator]();
  await Promise.all(Array.from({ length: options.workers }, () => runWorker(seeds, options)));
}

function runWorker(seeds: Iterator<number>, options: CrewOptions): Promise<void> {
  const { plant, onVerdict, onLine, isEnough = () => false } = options;
  const worker = fork(WORKER, plant === undefined ? [] : [plant], {
    execArgv: YOUNG,
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let seed: number | null = null;
  let isDone = false;
  let patience: NodeJS.Timeout | undefined;

  const next = (): void => {
    clearTimeout(patience);
    const { value, done } = isEnough() ? { value: null, done: true } : seeds.next();
    seed = done ? null : value;
    if (seed === null) {
      isDone = true;
      worker.disconnect();
      return;
    }
    patience = setTimeout(() => worker.kill("SIGKILL"), PATIENCE_MS);
    worker.send({ seed, isTold: onLine !== undefined });
  };
  worker.on("message", (news: News) => {
    if ("line" in news) onLine?.(news.line);
    if ("verdict" in news) onVerdict(news.verdict);
    if (!("line" in news)) next();
  });
  worker.on("exit", (code, signal) => {
    clearTimeout(patience);
    if (isDone) resolve();
    else reject(new Error(`${toWhat(seed)} ended its process (${signal ?? code}).`));
  });
  return promise.finally(() => end(worker));
}

function toWhat(seed: number | null): string {
  return seed === null ? "What comes before the first seed" : `Seed ${seed}`;
}

function end(worker: ChildProcess): void {
  if (worker.exitCode === null) worker.kill("SIGKILL");
}

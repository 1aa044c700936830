/** A process that has everything loaded, in which standard runs are made one after the other. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { type Ending, parseEnding } from "./ending.ts";

const CHILD = join(import.meta.dirname, "standard-run.ts");
const RUN_MS_MAX = 90_000;

export interface StandardRun {
  /** What it wrote: what it told, warnings, refusals. */
  lines: string[];
  /** Null when the process ended without a word, or did not end. */
  ending: Ending | null;
}

export interface BoxProcess {
  readonly isAlive: boolean;
  /** `inject` in strace's words; null fails nothing. Answers strace's lines, too. */
  run(options: {
    dataDir: string;
    traced: readonly string[];
    inject: string | null;
    log: string;
  }): Promise<StandardRun & { calls: string[] }>;
  close(): void;
}

export async function openBoxProcess(): Promise<BoxProcess> {
  const child = spawn(process.execPath, [CHILD], {
    stdio: ["pipe", "pipe", "inherit"],
    // One thread for files: the same run makes the same calls in the same order.
    env: { ...process.env, UV_THREADPOOL_SIZE: "1", UV_USE_IO_URING: "0" },
  });
  const lines: string[] = [];
  const heard = Promise.withResolvers<void>();
  let onLine = heard.resolve;
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    onLine();
  });
  child.once("exit", () => onLine());
  await heard.promise;
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;

  return {
    get isAlive() {
      return isAlive();
    },
    async run({ dataDir, traced, inject, log }) {
      lines.length = 0;
      const strace = await attach(child, { traced, inject, log });
      const { promise, resolve } = Promise.withResolvers<void>();
      onLine = () => {
        if (!isAlive() || lines.some((line) => parseEnding(line) !== null)) resolve();
      };
      const patience = setTimeout(resolve, RUN_MS_MAX);
      child.stdin.write(`${dataDir}\n`);
      await promise;
      clearTimeout(patience);
      const ending = lines.map(parseEnding).find((each) => each !== null) ?? null;
      if (ending === null) child.kill("SIGKILL");
      strace.kill("SIGINT");
      if (strace.exitCode === null && strace.signalCode === null) await once(strace, "exit");
      return { lines: [...lines], ending, calls: (await readFile(log, "latin1")).split("\n") };
    },
    close: () => void child.kill("SIGKILL"),
  };
}

async function attach(
  { pid }: ChildProcess,
  options: { traced: readonly string[]; inject: string | null; log: string },
): Promise<ChildProcess> {
  const { traced, inject, log } = options;
  const what = ["-f", "-y", "-s", "0", "-o", log, "-e", `trace=${traced.join(",")}`];
  const fault = inject === null ? [] : ["-e", `inject=${inject}`];
  const strace = spawn("strace", [...what, ...fault, "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const attached = Promise.withResolvers<void>();
  createInterface({ input: strace.stderr }).on("line", (line) => {
    if (line.includes(`Process ${pid} attached`)) attached.resolve();
  });
  const refuse = (): void =>
    attached.reject(new Error("strace is missing or may not trace here. Install strace, be root."));
  strace.once("error", refuse);
  strace.once("exit", refuse);
  await attached.promise;
  return strace;
}

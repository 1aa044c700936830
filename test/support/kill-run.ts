/**
 * Kills a process that has the real queue over a real database, again and again: at random moments,
 * and at named points by its own hand. Then lets one drain what is left and looks at every row.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { examine, type KillReport, markDescriptions } from "./kill-report.ts";
import { KILL_POINTS } from "./kill-switch.ts";
import { createRandom } from "./random.ts";
import { openTempFolder } from "./temp-folder.ts";

const CHILD = join(import.meta.dirname, "queue-child.ts");
/** Half of the kills come at a named point, on one of the first calls. */
const NAMED_SHARE = 0.5;
const CALL_MAX = 12;
/** A life is ended from outside after so many events, should its point not come. */
const EVENTS_MAX = 25;

export async function runKills(options: {
  count: number;
  seed: number;
  onKill?(kills: number): void;
}): Promise<KillReport> {
  const random = createRandom(options.seed);
  const killsAt: Record<string, number> = {};
  const accepted: string[] = [];
  await using folder = await openTempFolder();
  await markDescriptions(folder.path);
  // One that ends well leaves its compiled code for those that do not.
  await ended(spawnChild(folder.path, ["drain"], () => {}));

  for (let kill = 1; kill <= options.count; kill += 1) {
    const point = random() < NAMED_SHARE ? pick(random, KILL_POINTS) : "";
    // A life recovers once.
    const call = point.endsWith("recover") ? 1 : 1 + Math.floor(random() * CALL_MAX);
    const errand = ["produce", point, String(call)];
    const target = point === "" ? 1 + Math.floor(random() * EVENTS_MAX) : EVENTS_MAX;
    const where = (await liveAndDie(folder.path, errand, target, accepted)) ? point : "random";
    killsAt[where] = (killsAt[where] ?? 0) + 1;
    options.onKill?.(kill);
  }
  const last = spawnChild(folder.path, ["drain"], () => {});
  if ((await ended(last)) !== 0) throw new Error("The last life did not drain what was left.");
  return { kills: options.count, killsAt, ...(await examine(folder.path, accepted)) };
}

/** True when it died by its own hand. */
async function liveAndDie(
  folder: string,
  errand: readonly string[],
  target: number,
  accepted: string[],
): Promise<boolean> {
  const child = spawnChild(folder, errand, (id) => accepted.push(id));
  const enough = accepted.length + target;
  while (accepted.length < enough && !hasEnded(child)) await pause(1);
  const isOwnHand = hasEnded(child);
  if (isOwnHand && child.signalCode !== "SIGKILL") {
    throw new Error(`A life ended by itself, with ${child.exitCode}.`);
  }
  child.kill("SIGKILL");
  await ended(child);
  return isOwnHand;
}

function spawnChild(
  folder: string,
  errand: readonly string[],
  onLine: (line: string) => void,
): ChildProcess {
  const child = spawn(process.execPath, [CHILD, folder, ...errand], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") },
  });
  createInterface({ input: child.stdout }).on("line", onLine);
  return child;
}

/** The exit code; null after a signal. */
async function ended(child: ChildProcess): Promise<number | null> {
  if (!hasEnded(child)) await once(child, "exit");
  return child.exitCode;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function pick<T>(random: () => number, among: readonly T[]): T | "" {
  return among[Math.floor(random() * among.length)] ?? "";
}

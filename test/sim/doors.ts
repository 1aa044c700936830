/**
 * Where the appliance meets the outside world, the simulation stands instead: at the doors of its
 * libraries (see test/architecture.test.ts), at the runtime's files, chance and timers. Its own source is what
 * runs, to the letter, unless a bug is planted in it. To be called before anything of it is loaded.
 */
import { createHash } from "node:crypto";
import { type ResolveFnOutput, registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

import type { Task } from "./loop.ts";
import type { Plant } from "./plants.ts";
import { livingProcess, theWorldIfAny } from "./world.ts";

const SRC = new URL("../../src/", import.meta.url).href;

const DOORS: Readonly<Record<string, string>> = {
  "node:fs/promises": "files",
  "node:fs": "files-sync",
  "node:crypto": "chance",
  "node:timers/promises": "timers",
  "node:zlib": "packing",
  "better-sqlite3": "database",
  "node-cron": "schedule",
  uuid: "ids",
  sharp: "pictures",
  argon2: "passwords",
  ws: "sockets",
  "../api/server.ts": "server",
};

export function openDoors(plant: Plant | null): void {
  /** Some modules are asked for at each start of the appliance. */
  const known = new Map<string, ResolveFnOutput>();
  registerHooks({
    resolve(specifier, context, next) {
      const key = `${context.parentURL} ${specifier}`;
      const door = context.parentURL?.startsWith(SRC) ? DOORS[specifier] : undefined;
      const url = door && new URL(`doors/${door}.ts`, import.meta.url).href;
      const found = known.get(key) ?? (url ? { url } : next(specifier, context));
      known.set(key, found);
      return { ...found, shortCircuit: true };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      if (!plant?.changes.some(({ file }) => url === SRC + file)) return loaded;
      return { ...loaded, source: change(String(loaded.source), url, plant) };
    },
  });
  replaceGlobals();
  replaceDigest();
}

function change(source: string, url: string, { changes }: Plant): string {
  let changed = source;
  for (const { file, from, to } of changes.filter((each) => url === SRC + each.file)) {
    if (changed.split(from).length !== 2) {
      throw new Error(`A bug's place is not found once in ${fileURLToPath(SRC + file)}: ${from}`);
    }
    changed = changed.replace(from, () => to);
  }
  return changed;
}

/** Libraries take these wherever they are. */
function replaceGlobals(): void {
  const { setTimeout: later, setImmediate: soon, clearTimeout: forget } = globalThis;
  const { random, now } = { random: Math.random, now: Date.now };
  Math.random = () => theWorldIfAny()?.random() ?? random();
  Date.now = () => theWorldIfAny()?.loop.now() ?? now();
  const begin = (work: Work, delayMs = 0, ...given: unknown[]) => {
    const world = theWorldIfAny();
    if (!world) return later(work, delayMs, ...given);
    const task = world.loop.schedule(Math.max(1, delayMs), livingProcess(), () => work(...given));
    return Object.assign(task, { unref: () => task, ref: () => task, hasRef: () => true });
  };
  const next = (work: Work, ...given: unknown[]) =>
    theWorldIfAny()?.loop.schedule(0, livingProcess(), () => work(...given)) ??
    soon(work, ...given);
  const cancel = (task?: NodeJS.Timeout | Task): void => {
    if (task && "dueMs" in task) task.work = null;
    else forget(task);
  };
  Object.assign(globalThis, {
    ...{ setTimeout: begin, setImmediate: next },
    ...{ clearTimeout: cancel, clearImmediate: cancel },
  });
}

/** Where a thread of the runtime would make them. */
function replaceDigest(): void {
  const digest = async ({ name }: { name: string }, bytes: Uint8Array): Promise<ArrayBuffer> =>
    new Uint8Array(createHash(name.replace("-", "")).update(bytes).digest()).buffer;
  Object.defineProperty(globalThis.crypto.subtle, "digest", { value: digest });
}

type Work = (...given: unknown[]) => void;

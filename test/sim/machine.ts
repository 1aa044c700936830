/**
 * The box itself: it starts the appliance, starts it again whenever it ends, and loses it at any
 * moment. A process that is killed leaves its files as they are; a power cut takes what was not synced.
 *
 *   down ──► starting ──► running ──► stopping ──► down      and from each of them, at once, down
 */
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import type { Appliance } from "../../src/appliance.ts";
import { DATA_FOLDER } from "./data-folder.ts";
import type { Life } from "./loop.ts";
import type { World } from "./world.ts";

export interface Machine {
  readonly state: "down" | "starting" | "running" | "stopping";
  start(): void;
  /** As systemd does; it starts again a while later, unless it is to stay down. */
  stop(options?: { stayDown: boolean }): void;
  crash(kind: CrashKind): void;
  /** In so many transactions: with its last word not yet written, or just. */
  crashAtCommit(kind: CrashKind, count: number, moment: "before" | "after"): void;
  /** The seed is over: what its processes still wait for comes to an end, so that it can be forgotten. */
  release(): void;
  /** A start that begins from here on and comes to nothing, or an end that nobody asked for. */
  onFailed(state: string, error: unknown): void;
  /** Told at each end; `inStep`: in the midst of a piece of work. */
  onDown(how: { inStep: boolean }): void;
}

export type CrashKind = "killed" | "power cut";

const RESTART_MS = 10_000;
const FAILED_START_MS = 60_000;
/** As the unit has it, and somewhat more. */
const STOP_PATIENCE_MS = 60_000;
const IMAGE_FOLDER = `${DATA_FOLDER}-image`;
const FILES = ["nightjar.db", "nightjar.db-wal"];

export function createMachine(
  world: World,
  openAppliance: (life: Life) => Promise<Appliance>,
): Machine {
  const { loop } = world;
  let state: Machine["state"] = "down";
  let stopping = new AbortController();
  const stops: AbortController[] = [];
  let staysDown = false;
  let striking: { kind: CrashKind; left: number; moment: "before" | "after" } | null = null;
  let lives = 0;

  const goDown = (restartMs: number, inStep = false): void => {
    for (const database of world.storage.splice(0)) database.close();
    world.box = null;
    world.life = null;
    state = "down";
    machine.onDown({ inStep });
    if (!staysDown) loop.schedule(restartMs, null, () => machine.start());
  };
  const run = async (life: Life): Promise<void> => {
    const appliance = await openAppliance(life);
    state = state === "starting" ? "running" : state;
    world.tell(`process ${life.number} runs`);
    await appliance.run(stopping.signal);
    await appliance[Symbol.asyncDispose]();
  };
  const strike = (life: Life, kind: CrashKind): void => {
    takeImage();
    life.isDoomed = true;
    loop.schedule(0, null, () => fall(life, kind));
  };
  const fall = (life: Life, kind: CrashKind): void => {
    world.tell(`process ${life.number} is ${kind}`);
    loop.drop(life);
    for (const database of world.storage.splice(0)) database.close();
    putImage();
    if (kind === "power cut") world.disk.cutPower(world.random);
    const inStep = striking !== null;
    striking = null;
    goDown(world.random() * RESTART_MS, inStep);
  };

  world.onCommit = (moment) => {
    const { life } = world;
    if (moment === "after") world.commits += 1;
    if (!life || life.isDoomed || striking?.moment !== moment) return;
    striking.left -= 1;
    if (striking.left === 0) strike(life, striking.kind);
  };

  const machine: Machine = {
    get state() {
      return state;
    },
    start() {
      if (state !== "down") return;
      lives += 1;
      const life = { number: lives, isDoomed: false };
      stopping = new AbortController();
      stops.push(stopping);
      staysDown = false;
      state = "starting";
      world.life = life;
      world.tell(`process ${lives} starts`);
      run(life).then(
        () => {
          if (world.life !== life || life.isDoomed) return;
          world.tell(`process ${life.number} has stopped`);
          loop.drop(life);
          goDown(world.random() * RESTART_MS);
        },
        (error: unknown) => {
          if (world.life !== life || life.isDoomed) return;
          world.tell(`process ${life.number}, ${state}, failed: ${error}`);
          machine.onFailed(state, error);
          loop.drop(life);
          goDown(world.random() * FAILED_START_MS);
        },
      );
    },
    stop({ stayDown } = { stayDown: false }) {
      const { life } = world;
      if (!life || state !== "running") return;
      world.tell(`process ${life.number} is to stop`);
      state = "stopping";
      staysDown = stayDown;
      stopping.abort();
      loop.schedule(STOP_PATIENCE_MS, life, () => {
        machine.onFailed(state, new Error("It did not stop when it was told to."));
        machine.crash("killed");
      });
    },
    crash(kind) {
      const { life } = world;
      if (!life || life.isDoomed) return;
      takeImage();
      life.isDoomed = true;
      fall(life, kind);
    },
    crashAtCommit(kind, count, moment) {
      striking = { kind, left: count, moment };
    },
    release() {
      for (const database of world.storage.splice(0)) database.close();
      world.life = null;
      for (const stop of stops) stop.abort();
    },
    onFailed: () => {},
    onDown: () => {},
  };
  return machine;
}

/** The database as another process would find it at this moment. */
function takeImage(): void {
  rmSync(IMAGE_FOLDER, { recursive: true, force: true });
  copyFiles(DATA_FOLDER, IMAGE_FOLDER);
}

function putImage(): void {
  copyFiles(IMAGE_FOLDER, DATA_FOLDER);
  rmSync(IMAGE_FOLDER, { recursive: true, force: true });
}

/** What is not there goes from there, too. */
export function copyFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  rmSync(join(to, "nightjar.db-shm"), { force: true });
  for (const name of FILES) {
    rmSync(join(to, name), { force: true });
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
  }
}

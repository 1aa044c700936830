/** What may go wrong, each with how it begins and how it ends; which and when is the seed's. */
import type { CameraCondition, SimulatedCamera } from "./camera.ts";
import type { CentreCondition, SimulatedCentre } from "./centre.ts";
import type { CrashKind, Machine } from "./machine.ts";
import type { ModelCondition, SimulatedModel } from "./model.ts";
import { NO_TROUBLES, pick, type Troubles, type World } from "./world.ts";

export interface Scene {
  world: World;
  machine: Machine;
  cameras: readonly SimulatedCamera[];
  model: SimulatedModel;
  centre: SimulatedCentre;
}

export interface Fault {
  name: string;
  /** Answers how it ends. */
  begin(): () => void;
}

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A crash strikes within so many transactions. */
const COMMITS_MOST = 40;

type Kind = (scene: Scene) => Fault;

/** Those that stand twice happen twice as often. */
const KINDS: readonly [Kind, ...Kind[]] = [
  breakCamera,
  breakCamera,
  breakModel,
  breakModel,
  breakModel,
  breakCentre,
  breakCentre,
  breakCentre,
  restoreCentre,
  breakDisk,
  breakDisk,
  breakDatabase,
  breakDatabase,
  crash,
  crash,
  crashAtCommit,
  crashAtCommit,
  crashAtCommit,
  restart,
  stepClock,
];

export function chooseFault(scene: Scene): Fault {
  return pick(scene.world.random, KINDS)(scene);
}

/** Nothing is wrong any more. */
export function heal({ world, cameras, model, centre }: Scene): void {
  Object.assign(world.troubles, NO_TROUBLES);
  world.disk.otherBytes = 0;
  for (const camera of cameras) camera.condition = "well";
  model.condition = "well";
  centre.condition = "well";
}

function breakCamera({ world, cameras }: Scene): Fault {
  const { random } = world;
  const camera = pick(random, cameras);
  if (random() < 0.1) {
    const aheadMs = random() * HOUR_MS;
    const jump = (): (() => void) => {
      camera.jump(aheadMs);
      return () => {};
    };
    return { name: `the clock of ${camera.id}'s stream jumps by ${aheadMs} ms`, begin: jump };
  }
  const condition = pick<CameraCondition>(random, [
    ...(["offline", "stalled", "frozen", "noisy", "no stills", "failing stills"] as const),
  ]);
  return {
    name: `camera ${camera.id} is ${condition}`,
    begin() {
      camera.condition = condition;
      return () => {
        camera.condition = "well";
      };
    },
  };
}

function breakModel({ world, model }: Scene): Fault {
  const condition = pick<ModelCondition>(world.random, [
    ...(["refused", "missing", "slow", "hanging", "deaf", "busy", "failing"] as const),
    ...(["garbage", "cut off", "restarting"] as const),
  ]);
  return {
    name: `the model is ${condition}`,
    begin() {
      model.condition = condition;
      return () => {
        model.condition = "well";
      };
    },
  };
}

function breakCentre({ world, centre }: Scene): Fault {
  const condition = pick<CentreCondition>(world.random, [
    ...(["unreachable", "read only", "slow", "silent", "deadlocking"] as const),
    ...(["refusing rows", "narrow", "losing answers"] as const),
  ]);
  return {
    name: `the centre is ${condition}`,
    begin() {
      centre.condition = condition;
      return () => {
        centre.condition = "well";
      };
    },
  };
}

function restoreCentre({ centre }: Scene): Fault {
  return {
    name: "the centre is put by, to be restored",
    begin() {
      centre.backUp();
      return centre.restore;
    },
  };
}

function breakDisk({ world }: Scene): Fault {
  const { random, troubles } = world;
  const kind = pick(random, ["full", "failing", "slow"]);
  return {
    name: `the disk is ${kind}`,
    begin() {
      const { disk } = world;
      // With some room left, or little, or none.
      const left = Math.floor(random() * random() * 0.15 * disk.totalBytes);
      if (kind === "full") disk.otherBytes = disk.freeBytes() - left;
      if (kind === "failing") troubles.fileErrors = 0.1 + 0.9 * random();
      if (kind === "slow") troubles.fileMs = random() * 4 * SECOND_MS;
      return () => {
        world.disk.otherBytes = 0;
        Object.assign(troubles, pickOf(NO_TROUBLES, ["fileErrors", "fileMs"]));
      };
    },
  };
}

function breakDatabase({ world }: Scene): Fault {
  const { random, troubles } = world;
  const code = pick<NonNullable<Troubles["database"]>["code"]>(random, [
    ...(["SQLITE_BUSY", "SQLITE_IOERR_WRITE", "SQLITE_FULL"] as const),
  ]);
  const isSlow = random() < 0.25;
  return {
    name: isSlow ? "the database is slow" : `the database says ${code}`,
    begin() {
      if (isSlow) troubles.commitMs = random() * 2 * SECOND_MS;
      else troubles.database = { code, share: random() < 0.5 ? 1 : random() };
      return () => Object.assign(troubles, pickOf(NO_TROUBLES, ["database", "commitMs"]));
    },
  };
}

function crash({ world, machine }: Scene): Fault {
  const kind = pick<CrashKind>(world.random, ["killed", "power cut"]);
  return {
    name: `the process is ${kind}`,
    begin() {
      machine.crash(kind);
      return () => {};
    },
  };
}

function crashAtCommit({ world, machine }: Scene): Fault {
  const kind = pick<CrashKind>(world.random, ["killed", "power cut"]);
  const moment = pick<"before" | "after">(world.random, ["before", "after"]);
  const count = 1 + Math.floor(world.random() * COMMITS_MOST);
  return {
    name: `the process is ${kind} ${moment} the end of transaction ${count} from now`,
    begin() {
      machine.crashAtCommit(kind, count, moment);
      return () => {};
    },
  };
}

function restart({ machine }: Scene): Fault {
  return {
    name: "the process is stopped and started again",
    begin() {
      machine.stop();
      return () => {};
    },
  };
}

function stepClock({ world }: Scene): Fault {
  const far = pick(world.random, [2 * SECOND_MS, 60 * SECOND_MS, HOUR_MS, 40 * DAY_MS]);
  const stepMs = world.random() < 0.5 ? -far : far;
  return {
    name: `the wall clock steps by ${stepMs / SECOND_MS} s`,
    begin() {
      world.loop.stepWall(stepMs);
      return () => {};
    },
  };
}

function pickOf<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

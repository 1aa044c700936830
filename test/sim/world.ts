/**
 * Everything outside of the appliance that one seed decides, and what of it the doors (doors.ts) let
 * the appliance see. One process simulates one world at a time: libraries know no world that they
 * could be handed, hence the one variable here.
 */
import { createHash } from "node:crypto";

import type { App } from "../../src/api/app.ts";
import { createRandom } from "../support/random.ts";
import { DATA_FOLDER } from "./data-folder.ts";
import { createDisk, type SimulatedDisk } from "./disk.ts";
import type { Storage } from "./doors/database.ts";
import { createLoop, type Life, type Loop } from "./loop.ts";

export interface World {
  readonly seed: number;
  /** 0..1; the only chance there is. */
  random(): number;
  readonly loop: Loop;
  disk: SimulatedDisk;
  readonly troubles: Troubles;
  /** Of the process that runs, or is on its way up or down; null between two. */
  life: Life | null;
  /** Its databases. */
  readonly storage: Storage[];
  /** How it is reached. */
  box: Box | null;
  /** Told of each transaction at the database, before its end and after it. */
  onCommit(moment: "before" | "after"): void;
  commits: number;
  /** What would have ended the process: nobody caught it. */
  uncaught: unknown[];
  tell(what: string): void;
  /** Of all that was told. */
  hash(): string;
}

export interface Box {
  app: App;
  connect(request: object, socket: object): void;
}

/** What is wrong with the box at this moment. */
export interface Troubles {
  /** Every so many file operations fail, 0..1. */
  fileErrors: number;
  /** A file operation takes up to so long. */
  fileMs: number;
  /** Every so many transactions fail with this code. */
  database: { code: "SQLITE_BUSY" | "SQLITE_IOERR_WRITE" | "SQLITE_FULL"; share: number } | null;
  /** A transaction takes so long, and everything waits. */
  commitMs: number;
}

const STARTS_AT = Date.UTC(2026, 4, 4, 6);
export const NO_TROUBLES: Troubles = { fileErrors: 0, fileMs: 3, database: null, commitMs: 0 };

let present: World | null = null;

export function theWorld(): World {
  if (!present) throw new Error("There is no world to look at.");
  return present;
}

/** Null while none is simulated. */
export function theWorldIfAny(): World | null {
  return present;
}

export function createWorld(options: {
  seed: number;
  disk?: SimulatedDisk;
  onTold?: (line: string) => void;
}): World {
  const { seed, onTold } = options;
  const loop = createLoop(STARTS_AT);
  const told = createHash("sha256");
  present = {
    seed,
    random: createRandom(seed * 2_654_435_761),
    loop,
    disk: options.disk?.copy() ?? createDisk(),
    troubles: { ...NO_TROUBLES },
    life: null,
    storage: [],
    box: null,
    onCommit: () => {},
    commits: 0,
    uncaught: [],
    tell(what) {
      // Each process has a folder of its own, and the same to tell.
      const said = what.replaceAll(DATA_FOLDER, "DATA");
      const line = `${(loop.monotonic() / 1000).toFixed(3)} s: ${said}`;
      told.update(line);
      onTold?.(line);
    },
    hash: () => told.copy().digest("hex").slice(0, 16),
  };
  return present;
}

/** Who acts in the appliance's name: its process, when there is one that may still do something. */
export function livingProcess(): Life | null {
  const { life } = theWorld();
  return life && !life.isDoomed ? life : null;
}

/** Of a list that is not empty. */
export function pick<T>(random: () => number, choices: readonly T[]): T {
  const chosen = choices[Math.floor(random() * choices.length)];
  if (chosen === undefined) throw new Error("There is nothing to choose from.");
  return chosen;
}

/**
 * A process that simulates the seeds it is sent, one after the other, and answers each with its
 * verdict. With a bug in it, if one is named as its argument.
 */
import { rmSync } from "node:fs";

import { DATA_FOLDER } from "./data-folder.ts";
import { openDoors } from "./doors.ts";
import { PLANTS } from "./plants.ts";
import { theWorldIfAny } from "./world.ts";

export type Order = { seed: number; isTold: boolean };

const [name] = process.argv.slice(2);
openDoors((name !== undefined && PLANTS[name]) || null);

/** Of a process that is gone, whose database was taken away from it. */
const GONE = "The database connection is not open";
const note = (error: unknown): void => {
  if (!(error instanceof Error) || error.message !== GONE) theWorldIfAny()?.uncaught.push(error);
};
process.on("uncaughtException", note);
process.on("unhandledRejection", note);
process.on("exit", () => {
  for (const suffix of ["", "-image", "-beginning"]) {
    rmSync(DATA_FOLDER + suffix, { recursive: true, force: true });
  }
});

// Only now, when the doors are open.
const { openAppliance } = await import("../../src/appliance.ts");
const { begin, simulate } = await import("./simulation.ts");
const beginning = await begin(openAppliance);

process.on("message", ({ seed, isTold }: Order) => {
  const tell = isTold ? (line: string) => void process.send?.({ line }) : undefined;
  // Never rejects: what goes wrong is part of the verdict.
  void simulate(seed, beginning, tell).then((verdict) => process.send?.({ verdict }));
});
process.on("disconnect", () => process.exit());
process.send?.({ isReady: true });

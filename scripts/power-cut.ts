/**
 * Cuts the power: records with strace what a working box writes and syncs, makes of it what a disk may
 * hold after a cut at random moments (what was not synced is missing, out of order or torn), lets the
 * product start on each and looks whether all is there that it had told.
 *
 *     npm run power-cut -- [--images 500] [--seed N] [--seconds 240] [--plant synchronous|pictures] [--json]
 *
 * --seconds is how long the recorded box works, by its own clock. A planted fault, a database or
 * pictures that are not synced, must be found. Ends with 1 when anything was lost or corrupt.
 */
import { parseArgs } from "node:util";

import { type Plant, runPowerCuts } from "./power-cut/run.ts";

const { values: options } = parseArgs({
  options: {
    images: { type: "string", default: "500" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000_000)) },
    seconds: { type: "string", default: "240" },
    plant: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const TELL_EVERY = 50;
const FOUND_SHOWN = 20;

const [images, seed, workloadSeconds] = [options.images, options.seed, options.seconds].map(Number);
const isSense = [images, seed, workloadSeconds].every((each) => Number.isInteger(each));
if (!isSense || !images || !workloadSeconds || seed === undefined) {
  throw new Error("--images, --seed and --seconds are whole numbers, --images 500 for example.");
}
if (!isPlant(options.plant)) throw new Error("--plant is synchronous or pictures.");

console.error(`==> ${images} power cuts, seed ${seed}`);
const report = await runPowerCuts({
  ...{ images, seed, workloadSeconds, plant: options.plant ?? null },
  onImage(image) {
    if (image % TELL_EVERY === 0) console.error(`${image} images`);
  },
});
const { recorded, lost, corrupt, found, seconds } = report;
if (options.json) console.log(JSON.stringify(report));
else {
  for (const sentence of found.slice(0, FOUND_SHOWN)) console.log(sentence);
  if (found.length > FOUND_SHOWN) console.log(`and ${found.length - FOUND_SHOWN} more`);
  console.log(
    `recorded: ${recorded.deeds} deeds, ${recorded.syncs} syncs, ${recorded.told} things told`,
  );
  console.log(
    `${images} images of ${report.cuts} cuts in ${seconds} s: ${lost} lost, ${corrupt} corrupt`,
  );
}
process.exitCode = lost + corrupt === 0 ? 0 : 1;

function isPlant(word: string | undefined): word is Plant | undefined {
  return word === undefined || word === "synchronous" || word === "pictures";
}

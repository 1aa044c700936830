/**
 * The built daemon under everything at once, for long: sixteen cameras with events, a model, fifty
 * pages that listen and ask, and a centre whose line flaps. Then everything settles and is counted.
 * Build before.
 *
 *     npm run soak -- [--minutes 60] [--cameras 16] [--pages 50] [--seed N] [--json]
 *
 * The last line is JSON. Ends with 1 when something was lost, left over or answered badly.
 */
import { parseArgs } from "node:util";

import { listFaults, runSoak, toFigures } from "./soak/run.ts";

const TELL_EVERY_MS = 60_000;

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    cameras: { type: "string", default: "16" },
    pages: { type: "string", default: "50" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000_000)) },
    json: { type: "boolean", default: false },
  },
});
const numbers = [options.minutes, options.cameras, options.pages, options.seed].map(Number);
const [minutes = 0, cameras = 0, pages = 0, seed = 0] = numbers;
if (!(minutes > 0) || ![cameras, pages, seed].every(Number.isInteger) || cameras < 1 || pages < 1) {
  throw new Error("--minutes is how long; --cameras, --pages and --seed are whole numbers.");
}

console.error(`==> ${minutes} minutes, ${cameras} cameras, ${pages} pages, seed ${seed}`);
let toldAtMs = 0;
const report = await runSoak({
  ...{ minutes, cameras, pages, seed },
  onSample({ atMs, memoryMb, descriptors, walMb }) {
    if (atMs - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = atMs;
    const minute = Math.round(atMs / 60_000);
    console.error(
      `minute ${minute}: ${Math.round(memoryMb)} MB, ${descriptors} descriptors, ` +
        `WAL ${walMb.toFixed(1)} MB`,
    );
  },
});
const faults = listFaults(report);
const figures = toFigures(report);
if (!options.json) {
  console.table(figures);
  for (const fault of faults) console.log(fault);
}
console.log(JSON.stringify({ ...figures, faults }));
process.exitCode = faults.length === 0 ? 0 : 1;

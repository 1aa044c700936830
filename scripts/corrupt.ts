/**
 * Databases with garbage in them are opened again, each from a seed of its own.
 *
 *     npm run corrupt -- [--seeds 200] [--first 1]
 *
 * Ends with 1 when anything was lost that a backup had, or a start was refused.
 */
import { parseArgs } from "node:util";

import { runCorruption } from "../test/support/corrupt-run.ts";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    first: { type: "string", default: "1" },
  },
});
const report = await runCorruption({
  seeds: Number(options.seeds),
  firstSeed: Number(options.first),
});
console.log(JSON.stringify(report, null, 2));
process.exitCode = report.broken.length === 0 ? 0 : 1;

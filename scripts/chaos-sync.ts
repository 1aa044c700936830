/**
 * Ten minutes of three boxes, one centre and everything that can break between them; then box and
 * centre are compared. The last line is one JSON object.
 *
 *     npm run chaos:sync -- [--minutes 10] [--kills 60] [--seed N] [--json]
 */
import { parseArgs } from "node:util";

import { runSyncChaos } from "../test/support/sync-chaos.ts";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    kills: { type: "string", default: "60" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000_000)) },
    json: { type: "boolean", default: false },
  },
});
const [minutes, kills, seed] = [options.minutes, options.kills, options.seed].map(Number);
if (!minutes || !kills || seed === undefined || !Number.isInteger(kills + seed) || minutes < 0) {
  throw new Error("--minutes is how long, --kills how often each side is killed, --seed a number.");
}

const TROUBLES_A_KILL = 1 / 3;
const CHANGES_PER_SECOND = 20;
const TELL_EVERY = 20;

console.log(`==> ${minutes} minutes, ${kills} kills of each side, seed ${seed}`);
let provoked = 0;
const report = await runSyncChaos({
  ...{ seconds: minutes * 60, kills, seed, changesPerSecond: CHANGES_PER_SECOND },
  troubles: Math.max(1, Math.round(kills * TROUBLES_A_KILL)),
  onFault(fault, atSecond) {
    provoked += 1;
    if (provoked % TELL_EVERY === 0)
      console.log(`${atSecond} s: ${provoked} faults, now: ${fault}`);
  },
});
console.table(report.faults);
console.table(report.sites);
const sum = (figure: "events" | "deleted" | "missing" | "extra" | "different" | "waiting") =>
  report.sites.reduce((total, site) => total + site[figure], 0);
const words = report.sites.reduce((total, site) => total + site.differentWords, 0);
const left = report.sites.reduce((total, site) => total + site.leftOfDeleted, 0);
const wrong = sum("missing") + sum("extra") + sum("different") + sum("waiting") + words + left;
console.log(
  JSON.stringify({
    ...{ seed, seconds: report.seconds, faults: report.faults },
    ...{ events: sum("events"), deleted: sum("deleted") },
    ...{ missing: sum("missing"), extra: sum("extra"), different: sum("different") },
    ...{ different_words: words, left_of_deleted: left, waiting: sum("waiting") },
    sites: report.sites,
  }),
);
process.exitCode = wrong === 0 ? 0 : 1;

/**
 * Kills the desk without warning, so many times, at random moments and at named points (within and
 * around each of its transactions, with the model at work, while shedding, while recovering), and
 * counts what that did to the jobs. The seed chooses the moments; what is in hand then is up to the
 * machine.
 *
 *     npm run kills -- [--count 500] [--seed N] [--json]
 */
import { parseArgs } from "node:util";

import { runKills } from "../test/support/kill-run.ts";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "500" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000_000)) },
    json: { type: "boolean", default: false },
  },
});
const TELL_EVERY = 50;

const count = Number(options.count);
const seed = Number(options.seed);
if (!(Number.isInteger(count) && count > 0 && Number.isInteger(seed))) {
  throw new Error("--count is a number of kills, 500 for example, and --seed a whole number.");
}

console.log(`==> ${count} kills, seed ${seed}`);
const startedAt = performance.now();
const report = await runKills({
  ...{ count, seed },
  onKill(kills) {
    if (kills % TELL_EVERY === 0) console.log(`${kills} kills`);
  },
});
const seconds = Math.round((performance.now() - startedAt) / 1000);
const { lost, describedTwice, stranded, ledgerBalanced, isIntact } = report;
console.table(report.killsAt);
console.log(
  `${report.acknowledged} events acknowledged, ${report.givenUp} given up, ${seconds} s: ` +
    `jobs lost ${lost}, described twice ${describedTwice}, stranded ${stranded}`,
);
const isHeld = lost + describedTwice + stranded === 0 && ledgerBalanced && isIntact;
if (options.json) {
  console.log(
    JSON.stringify({
      ...{ seed, kills: count, seconds, events_acknowledged: report.acknowledged },
      ...{ jobs_lost: lost, described_twice: describedTwice, stranded },
      ...{ given_up: report.givenUp, ledger_balanced: ledgerBalanced, database_intact: isIntact },
    }),
  );
}
process.exitCode = isHeld ? 0 : 1;

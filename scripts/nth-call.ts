/**
 * Fails one call to the kernel after the other: of files, of the database, of the network, and those
 * that start programs. A standard run of a box is made for each, with strace answering that one call
 * with an error; afterwards nothing that was told may be lost, the box is alive or ended with a
 * sentence, and it starts again.
 *
 *     npm run nth-call -- [--kinds file,database,network,spawn] [--every 1] [--json]
 *
 * With --every 10 only every tenth call is failed. Ends with 1 when something fell short.
 */
import { parseArgs } from "node:util";

import { CALLS, type Call } from "./nth-call/calls.ts";
import { runNthCalls } from "./nth-call/run.ts";

const KINDS: readonly Call["kind"][] = ["file", "database", "network", "spawn"];

const { values: options } = parseArgs({
  options: {
    kinds: { type: "string", default: KINDS.join(",") },
    every: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const kinds = KINDS.filter((kind) => options.kinds.split(",").includes(kind));
const every = Number(options.every);
if (kinds.length !== options.kinds.split(",").length || !Number.isInteger(every) || every < 1) {
  throw new Error(`--kinds are of ${KINDS.join(", ")}, and --every is a whole number.`);
}

const report = await runNthCalls({
  calls: CALLS.filter(({ kind }) => kinds.includes(kind)),
  every,
  onCall({ kind, name, error, there, tried, fellShort }) {
    console.error(`${kind} ${name} ${error}: ${tried} of ${there} tried, ${fellShort} fell short`);
  },
});
const { figures, found, missed, seconds } = report;
if (options.json) console.log(JSON.stringify(report));
else {
  console.table(figures);
  for (const sentence of found) console.log(sentence);
  const tried = figures.reduce((sum, each) => sum + each.tried, 0);
  const fellShort = figures.reduce((sum, each) => sum + each.fellShort, 0);
  console.log(
    `${tried} calls failed one by one in ${seconds} s, ${fellShort} fell short; ` +
      `${missed} more met a call of the runtime's own`,
  );
}
process.exitCode = found.length === 0 ? 0 : 1;

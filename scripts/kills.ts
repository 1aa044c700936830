/**
 * Kills without warning, so many times, at random moments and at named points, and counts what that
 * did to the jobs. One kill in five takes the built daemon, with cameras that move and a model that
 * answers; the others take the desk over its real database, within and around each of its
 * transactions, while shedding and while recovering, which is soon enough for hundreds of them. The
 * seed chooses the moments; what is in hand then is up to the machine.
 *
 *     npm run kills -- [--count 500] [--of-daemon 100] [--seed N] [--json]
 */
import { parseArgs } from "node:util";

import { runDaemonKills } from "../test/support/daemon-kill-run.ts";
import type { KillReport } from "../test/support/kill-report.ts";
import { runKills } from "../test/support/kill-run.ts";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "500" },
    "of-daemon": { type: "string" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000_000)) },
    json: { type: "boolean", default: false },
  },
});
const DAEMON_SHARE = 0.2;
const TELL_EVERY = 50;

const count = Number(options.count);
const ofDaemon = Number(options["of-daemon"] ?? Math.round(count * DAEMON_SHARE));
const seed = Number(options.seed);
const isSense =
  Number.isInteger(count) && count > 0 && Number.isInteger(ofDaemon) && Number.isInteger(seed);
if (!isSense || ofDaemon < 0 || ofDaemon > count) {
  throw new Error(
    "--count is a number of kills, 500 for example, --of-daemon how many of them, --seed a whole number.",
  );
}

const startedAt = performance.now();
const daemon = ofDaemon > 0 ? await run("daemon", ofDaemon, runDaemonKills) : null;
const desk = count > ofDaemon ? await run("desk", count - ofDaemon, runKills) : null;
const reports = [daemon, desk].filter((report) => report !== null);
const seconds = Math.round((performance.now() - startedAt) / 1000);
if (options.json) {
  console.log(
    JSON.stringify({
      ...{ seed, seconds, kills: sum("kills"), of_daemon: daemon?.kills ?? 0 },
      ...{ events_acknowledged: sum("acknowledged"), jobs_lost: sum("lost") },
      ...{ described_twice: sum("describedTwice"), stranded: sum("stranded") },
      ...{ given_up: sum("givenUp"), orphans: daemon?.orphans ?? 0 },
      ledger_balanced: reports.every(({ ledgerBalanced }) => ledgerBalanced),
      database_intact: reports.every(({ isIntact }) => isIntact),
    }),
  );
}
const isHeld =
  sum("lost") + sum("describedTwice") + sum("stranded") + (daemon?.orphans ?? 0) === 0 &&
  reports.every(({ ledgerBalanced, isIntact }) => ledgerBalanced && isIntact);
process.exitCode = isHeld ? 0 : 1;

async function run<Report extends KillReport>(
  victim: string,
  kills: number,
  runIt: (options: { count: number; seed: number; onKill(kills: number): void }) => Promise<Report>,
): Promise<Report> {
  console.log(`==> ${kills} kills of the ${victim}, seed ${seed}`);
  const report = await runIt({
    ...{ count: kills, seed },
    onKill(done) {
      if (done % TELL_EVERY === 0) console.log(`${done} kills`);
    },
  });
  const { killsAt, acknowledged, givenUp, lost, describedTwice, stranded } = report;
  console.table(killsAt);
  console.log(
    `${acknowledged} events acknowledged, ${givenUp} given up: ` +
      `jobs lost ${lost}, described twice ${describedTwice}, stranded ${stranded}`,
  );
  return report;
}

function sum(
  figure: "kills" | "acknowledged" | "lost" | "describedTwice" | "stranded" | "givenUp",
): number {
  return reports.reduce((total, report) => total + report[figure], 0);
}

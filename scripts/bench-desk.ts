/**
 * What the desk makes of a day with five times more events than the model can describe, beside what
 * others do with the same day: first come first served, and a buffer of 50 that drops its oldest.
 * Virtual time and a printed seed, so the same seed gives the same figures; what is measured in real
 * time is the desk's own cost.
 *
 *     npm run bench:desk -- [--seed 1] [--hours 3] [--service-s 10] [--waiting 100000] [--json]
 *
 * urgent_p95_service_times   arrival to description of urgent events
 * tree_slowdown              the other cameras' mean of it, with the tree over without the tree
 * useful_over_...            first descriptions of their scene within ten minutes, over the rival's
 * ledger_balanced            after every step the ledger said what a count of the rows says
 * overhead_percent           wall time beyond the model's own, descriptions of one second
 * take_ms_at_100k            choosing and leasing one of so many waiting jobs, the median
 */
import { parseArgs } from "node:util";

import { type Arrival, createArrivals, TREE } from "./bench-desk/arrivals.ts";
import { measureOverheadPercent, measureTake } from "./bench-desk/backlog.ts";
import { countUseful, toOthersMeanS, toUrgentP95 } from "./bench-desk/figures.ts";
import { serveByDesk } from "./bench-desk/ours.ts";
import { type Described, serveFirstCome } from "./bench-desk/rivals.ts";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    hours: { type: "string", default: "3" },
    "service-s": { type: "string", default: "10" },
    waiting: { type: "string", default: "100000" },
    json: { type: "boolean", default: false },
  },
});
const RIVAL_BUFFER = 50;
const OVERHEAD_JOBS = 10;

const seed = toPositive("seed");
const serviceS = toPositive("service-s");
const durationS = toPositive("hours") * 3600;
/** Time to serve what came last. */
const untilS = durationS + 30 * serviceS;

const arrivals = createArrivals({ seed, durationS, serviceS });
const withoutTree = arrivals.filter(({ cameraId }) => cameraId !== TREE);
say(`Seed ${seed}: ${arrivals.length} events, ${withoutTree.length} of them not the tree's.`);
const ours = await serveByDesk(arrivals, { serviceS, untilS });
const calm = await serveByDesk(withoutTree, { serviceS, untilS });
const fifo = serveFirstCome(arrivals, { serviceS, untilS, waitingMax: Infinity });
const dropping = serveFirstCome(arrivals, { serviceS, untilS, waitingMax: RIVAL_BUFFER });
say("Measuring the desk's own cost.");
const take = await measureTake({ seed, waiting: toPositive("waiting") });
const overheadPercent = await measureOverheadPercent({ jobs: OVERHEAD_JOBS });

const policies: [name: string, described: readonly Described[]][] = [
  ["ours", ours.described],
  ["first come first served", fifo],
  [`drop the oldest of ${RIVAL_BUFFER}`, dropping],
];
for (const [name, described] of policies) console.log(toLine(name, described));

const useful = countUseful(ours.described);
const summary = {
  seed,
  urgent_p95_service_times: round(toUrgentP95(arrivals, ours.described, serviceS)),
  tree_slowdown: round(
    toOthersMeanS(arrivals, ours.described) / toOthersMeanS(withoutTree, calm.described),
  ),
  useful_over_fifo: round(useful / countUseful(fifo)),
  useful_over_drop_oldest: round(useful / countUseful(dropping)),
  ledger_balanced: ours.isBalanced && calm.isBalanced,
  overhead_percent: round(overheadPercent),
  take_ms_at_100k: round(take.medianMs),
  take_p99_ms_at_100k: round(take.p99Ms),
  heap_growth_mb: round(take.heapGrowthMb),
  useful_per_model_minute: round((60 * useful) / untilS),
};
for (const [name, value] of Object.entries(summary)) console.log(`${name.padEnd(26)}${value}`);
if (options.json) console.log(JSON.stringify(summary));

function toLine(name: string, described: readonly Described[]): string {
  const all: readonly Arrival[] = arrivals;
  const reused = described.filter(({ isReused }) => isReused).length;
  return [
    name.padEnd(26),
    `described ${described.length - reused}, reused ${reused} of ${all.length};`,
    `useful ${countUseful(described)};`,
    `urgent p95 ${round(toUrgentP95(all, described, serviceS))} service times`,
  ].join(" ");
}

function toPositive(name: "seed" | "hours" | "service-s" | "waiting"): number {
  const value = Number(options[name]);
  if (value > 0) return value;
  throw new Error(`--${name} is a number above 0, not ${options[name]}.`);
}

/** To three digits behind the point. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function say(sentence: string): void {
  console.log(`==> ${sentence}`);
}

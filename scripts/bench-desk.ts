/**
 * What the desk makes of days with five times more events than the model can describe, beside what
 * others do with the same days: first come first served, and a buffer of 50 that drops its oldest.
 * Virtual time and printed seeds, so the same seeds give the same figures; what is measured in real
 * time is the desk's own cost.
 *
 *     npm run bench:desk -- [--seed 1 ...] [--hours 2] [--service-s 10] [--waiting 100000] [--json]
 *
 * urgent_p95_service_times   arrival to description of urgent events, when every event is a scene of
 *                            its own and takes the model its time: theory says about 2.2
 * tree_slowdown              the other cameras' mean of it, with the tree over without the tree, on
 *                            the same days: theory says 1.33
 * ..._with_reuse             the same two on days with repeats, which a likeness answers at no cost
 * useful_over_...            first descriptions of their scene within ten minutes, over the rival's
 * ledger_balanced            after every step the ledger said what a count of the rows says
 * overhead_percent           wall time beyond the model's own, descriptions of one second
 * take_ms_at_100k            choosing and leasing one of so many waiting jobs, the median;
 *                            commit_ms is one empty durable write on the same disk
 */
import { parseArgs } from "node:util";

import { measureOverhead, measureTurns } from "./bench-desk/backlog.ts";
import { type ComparedDay, compareDay, RIVAL_BUFFER, toUntilS } from "./bench-desk/days.ts";
import { countUseful, type ServedDay, toTreeSlowdown, toUrgentP95 } from "./bench-desk/figures.ts";

const { values: options } = parseArgs({
  options: {
    seed: { type: "string", multiple: true, default: ["1", "2", "3"] },
    hours: { type: "string", default: "2" },
    "service-s": { type: "string", default: "10" },
    waiting: { type: "string", default: "100000" },
    json: { type: "boolean", default: false },
  },
});
const OVERHEAD_JOBS = 20;

const seeds = options.seed.map((seed) => toPositive("seed", seed));
const serviceS = toPositive("service-s", options["service-s"]);
const durationS = toPositive("hours", options.hours) * 3600;
const waiting = toPositive("waiting", options.waiting);

const days: ComparedDay[] = [];
for (const seed of seeds) {
  const day = await compareDay(seed, { serviceS, durationS });
  days.push(day);
  console.log(`seed ${seed}: ${JSON.stringify(toPolicyFigures([day]))}`);
}
for (const name of ["ours", "fifo", "dropping"] as const) console.log(toLine(name));
say("Measuring the desk's own cost.");
const turns = await measureTurns({ seed: seeds[0] ?? 1, waiting });
const overhead = await measureOverhead({ jobs: OVERHEAD_JOBS });

const summary = {
  seeds,
  ...toPolicyFigures(days),
  overhead_percent: round(overhead.wallPercent),
  overhead_cpu_percent: round(overhead.cpuPercent),
  take_ms_at_100k: round(turns.takeMs),
  take_p99_ms_at_100k: round(turns.takeP99Ms),
  turn_ms_at_100k: round(turns.turnMs),
  commit_ms: round(turns.commitMs),
  heap_growth_mb: round(turns.heapGrowthMb),
};
for (const [name, value] of Object.entries(summary)) console.log(`${name.padEnd(36)}${value}`);
if (options.json) console.log(JSON.stringify(summary));

function toPolicyFigures(of: readonly ComparedDay[]) {
  const pick = (name: PolicyName): ServedDay[] => of.map((day) => day[name]);
  const useful = countUseful(pick("ours"));
  const minutes = (of.length * toUntilS(durationS, serviceS)) / 60;
  return {
    urgent_p95_service_times: round(toUrgentP95(pick("plain"), serviceS)),
    urgent_p95_with_reuse: round(toUrgentP95(pick("ours"), serviceS)),
    tree_slowdown: round(toTreeSlowdown(pick("plain"), pick("plainCalm"))),
    tree_slowdown_with_reuse: round(toTreeSlowdown(pick("ours"), pick("oursCalm"))),
    useful_over_fifo: round(useful / countUseful(pick("fifo"))),
    useful_over_drop_oldest: round(useful / countUseful(pick("dropping"))),
    useful_per_model_minute: round(useful / minutes),
    ledger_balanced: of.every(({ isBalanced }) => isBalanced),
  };
}

type PolicyName = "ours" | "oursCalm" | "plain" | "plainCalm" | "fifo" | "dropping";

function toLine(policy: "ours" | "fifo" | "dropping"): string {
  const titles = {
    ours: "ours",
    fifo: "first come first served",
    dropping: `drop the oldest of ${RIVAL_BUFFER}`,
  };
  const served = days.map((day) => day[policy]);
  const described = served.flatMap((day) => day.described);
  const reused = described.filter(({ isReused }) => isReused).length;
  const captured = served.reduce((sum, { arrivals }) => sum + arrivals.length, 0);
  return [
    titles[policy].padEnd(26),
    `described ${described.length - reused}, reused ${reused} of ${captured};`,
    `useful ${countUseful(served)};`,
    `urgent p95 ${round(toUrgentP95(served, serviceS))} service times`,
  ].join(" ");
}

function toPositive(name: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new Error(`--${name} is a number above 0, not ${text}.`);
}

/** To three digits behind the point. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function say(sentence: string): void {
  console.error(`==> ${sentence}`);
}

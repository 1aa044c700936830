/**
 * The whole appliance in one process on a clock of its own, with everything around it simulated and
 * broken by chance; see docs/adr/0014-seeded-simulation.md. Each failing seed is printed.
 *
 *     npm run sim -- [--seeds 10000] [--first 1] [--workers N] [--json]
 *     npm run sim -- --seed N                    one of them, with all that happens
 *     npm run sim -- --plant NAME [--seeds 1000] up to the seed that finds a bug planted on purpose
 *     npm run sim -- --plants [--seeds 1000]     each of those bugs, one after the other
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

import { runCrew } from "../test/sim/crew.ts";
import { PLANTS } from "../test/sim/plants.ts";
import type { Verdict } from "../test/sim/simulation.ts";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string" },
    first: { type: "string", default: "1" },
    seed: { type: "string" },
    workers: { type: "string", default: String(availableParallelism()) },
    plant: { type: "string" },
    plants: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const TELL_EVERY = 100;

if (options.seed !== undefined) await showSeed(toNumber(options.seed), options.plant);
else if (options.plants) for (const plant of Object.keys(PLANTS)) await findPlant(plant);
else if (options.plant !== undefined) await findPlant(options.plant);
else await runSeeds(toNumber(options.seeds ?? "10000"));

async function runSeeds(count: number): Promise<void> {
  const startedMs = performance.now();
  const first = toNumber(options.first);
  const sums = { seeds: 0, wrong: 0, events: 0, faults: 0, processes: 0, virtual_hours: 0 };
  const toSeconds = (): number => (performance.now() - startedMs) / 1000;
  await runCrew({
    seeds: toSeeds(first, count),
    workers: toNumber(options.workers),
    onVerdict(verdict) {
      add(sums, verdict);
      if (verdict.wrong !== null) say(`seed ${verdict.seed}: ${verdict.wrong}`);
      if (sums.seeds % TELL_EVERY !== 0) return;
      const pace = (sums.seeds / toSeconds()).toFixed(2);
      say(`${sums.seeds} seeds, ${sums.wrong} wrong, ${pace} seeds/s`);
    },
  });
  const seconds = Math.round(toSeconds());
  const pace = Number((sums.seeds / toSeconds()).toFixed(2));
  console.log(JSON.stringify({ first, ...sums, seconds, seeds_per_second: pace }));
  process.exitCode = sums.wrong === 0 ? 0 : 1;
}

async function showSeed(seed: number, plant: string | undefined): Promise<void> {
  await runCrew({
    ...{ seeds: [seed], workers: 1, plant },
    onLine: say,
    onVerdict(verdict) {
      console.log(JSON.stringify(verdict));
      process.exitCode = verdict.wrong === null ? 0 : 1;
    },
  });
}

/** Fails where no seed finds it. */
async function findPlant(plant: string): Promise<void> {
  const sentence = PLANTS[plant]?.sentence;
  if (sentence === undefined) {
    throw new Error(`--plant is one of: ${Object.keys(PLANTS).join(", ")}`);
  }
  const found: Verdict[] = [];
  await runCrew({
    seeds: toSeeds(toNumber(options.first), toNumber(options.seeds ?? "1000")),
    ...{ workers: toNumber(options.workers), plant },
    onVerdict: (verdict) => void (verdict.wrong !== null && found.push(verdict)),
    isEnough: () => found.length > 0,
  });
  const { seed, wrong } = found.toSorted((a, b) => a.seed - b.seed)[0] ?? {};
  console.log(JSON.stringify({ plant, sentence, found_by_seed: seed ?? null, wrong }));
  if (seed === undefined) process.exitCode = 1;
}

function toSeeds(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function add(sums: Record<string, number>, verdict: Verdict): void {
  const more = {
    ...{ seeds: 1, wrong: verdict.wrong === null ? 0 : 1, events: verdict.events },
    ...{ faults: verdict.faults, processes: verdict.processes },
    virtual_hours: verdict.virtualMs / 3_600_000,
  };
  for (const [key, value] of Object.entries(more)) sums[key] = (sums[key] ?? 0) + value;
}

function say(line: string): void {
  if (!options.json) console.log(line);
}

function toNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`${text} is no number of seeds.`);
  return number;
}

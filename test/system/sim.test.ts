import { expect, test } from "vitest";

import { runCrew } from "../sim/crew.ts";
import type { Verdict } from "../sim/simulation.ts";

/** Of the 10,000 that `npm run sim` tries. */
const SEEDS = 200;
const WORKERS = 2;

async function simulate(options: {
  seeds: Iterable<number>;
  plant?: string;
  isEnough?: (verdicts: readonly Verdict[]) => boolean;
}): Promise<Verdict[]> {
  const { seeds, plant, isEnough = () => false } = options;
  const verdicts: Verdict[] = [];
  await runCrew({
    ...{ seeds, plant, workers: WORKERS },
    onVerdict: (verdict) => void verdicts.push(verdict),
    isEnough: () => isEnough(verdicts),
  });
  return verdicts;
}

function* from(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed += 1) yield seed;
}

test("whatever breaks, nothing is lost, and all comes right once nothing is broken", {
  timeout: 600_000,
}, async () => {
  const verdicts = await simulate({ seeds: from(1, SEEDS) });
  expect(verdicts.filter(({ wrong }) => wrong !== null)).toEqual([]);
  expect(verdicts).toHaveLength(SEEDS);
  const sum = (key: "events" | "faults" | "processes") =>
    verdicts.reduce((total, verdict) => total + verdict[key], 0);
  expect(Math.min(sum("events"), sum("faults"), sum("processes"))).toBeGreaterThan(SEEDS);
});

test("a seed is the same run whenever and after whatever it is run", async () => {
  const alone = await simulate({ seeds: [42] });
  const among = await simulate({ seeds: [5, 6, 7, 42] });
  expect(alone).toHaveLength(1);
  expect(among.find(({ seed }) => seed === 42)).toEqual(alone[0]);
});

test("a bug that is planted is found", async () => {
  const verdicts = await simulate({
    ...{ seeds: from(1, SEEDS), plant: "outage-costs-a-try" },
    isEnough: (found) => found.some(({ wrong }) => wrong !== null),
  });
  expect(verdicts.filter(({ wrong }) => wrong !== null)[0]?.wrong).toMatch(/tries/);
});

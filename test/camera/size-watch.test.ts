import { expect, test } from "vitest";

import { createSizeWatch } from "../../src/camera/size-watch.ts";
import { createRandom } from "../support/random.ts";

const UNITS_PER_SECOND = 10;
const UNITS_PER_GROUP = 20;

interface Playing {
  seconds: number;
  seed: number;
  /** The share that something adds to the units of a second. */
  added?: (seconds: number) => number;
  /** An encoder that holds its rate: each step of the quantiser costs this many doublings. */
  stepCost?: number;
}

/** Units in the noise of a sensor, each up to a third larger or smaller than usual. */
function play({ seconds, seed, added = () => 0, stepCost = 0 }: Playing): number[] {
  const random = createRandom(seed);
  const watch = createSizeWatch();
  return Array.from({ length: seconds * UNITS_PER_SECOND }, (_, i) => i).flatMap((i) => {
    const atS = i / UNITS_PER_SECOND;
    // It wanders whatever is shown; motion makes it coarser, so that sizes alone shrink.
    const wandering = Math.round(3 * random()) + (added(atS) > 0 && stepCost > 0 ? 1 : 0);
    const noise = 2 ** (0.8 * (random() - 0.5) - stepCost * wandering);
    const unit = {
      key: i % UNITS_PER_GROUP === 0,
      timestampMs: atS * 1_000,
      byteCount: 6_000 * noise * (1 + added(atS)),
      quantiser: 22 + wandering,
    };
    return watch.observe(unit) === "alarming" ? [atS] : [];
  });
}

function visit(fromS: number, share: number): (seconds: number) => number {
  return (seconds) => (seconds >= fromS && seconds < fromS + 1.2 ? share : 0);
}

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

test("a visit of 1.2 s that adds less than units differ is noticed before it is over", () => {
  const noticed = SEEDS.filter((seed) =>
    play({ seconds: 32, seed, added: visit(30.4, 0.3) }).some((atS) => atS >= 30.4),
  );

  expect(noticed.length).toBeGreaterThanOrEqual(18);
});

test("where a bit rate is held a visit is told by what the quantiser makes of the sizes", () => {
  const noticed = SEEDS.filter((seed) =>
    play({ seconds: 42, seed, added: visit(40.4, 0.4), stepCost: 0.8 }).some((atS) => atS >= 40.4),
  );

  expect(noticed.length).toBeGreaterThanOrEqual(18);
});

test("noise alone seldom is a reason to look", () => {
  const alarms = SEEDS.flatMap((seed) => play({ seconds: 60, seed }).filter((atS) => atS > 20));

  expect(alarms.length / SEEDS.length / (40 * UNITS_PER_SECOND)).toBeLessThan(0.03);
});

test("a single unit is no reason to look, however large", () => {
  const added = (seconds: number) => (seconds === 30.5 ? 50 : 0);

  const [without, withOne] = [
    play({ seconds: 40, seed: 3 }),
    play({ seconds: 40, seed: 3, added }),
  ];

  expect(withOne).toEqual(without);
});

test("what grows is no reason to look while what is usual is being learned", () => {
  expect(play({ seconds: 8, seed: 1, added: visit(6, 3) })).toEqual([]);
});

import { expect, test } from "vitest";

import { runKills } from "../support/kill-run.ts";
import { readSeed } from "../support/random.ts";

const KILLS = 25;

test(`${KILLS} kill -9s while jobs flow lose none, strand none and settle none twice`, async () => {
  const seed = readSeed();
  console.log(`seed ${seed}`);
  const report = await runKills({ count: KILLS, seed });
  console.log(report);
  expect(report.acknowledged).toBeGreaterThan(KILLS);
  expect(Object.keys(report.killsAt).length).toBeGreaterThan(3);
  expect(report).toMatchObject({
    ...{ lost: 0, describedTwice: 0, stranded: 0 },
    ...{ ledgerBalanced: true, isIntact: true },
  });
}, 300_000);

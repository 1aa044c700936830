import { expect, test } from "vitest";

import { runPowerCuts } from "../../scripts/power-cut/run.ts";
import { readSeed } from "../support/random.ts";

const IMAGES = 40;
/** By the recorded box's own clock. */
const WORKLOAD_SECONDS = 60;

test(`D7: after ${IMAGES} power cuts all that was told is there, and nothing is damaged`, async () => {
  const seed = readSeed();
  console.log(`seed ${seed}`);
  const report = await runPowerCuts({
    ...{ images: IMAGES, seed, workloadSeconds: WORKLOAD_SECONDS },
  });
  expect(report.found).toEqual([]);
  expect(report.recorded.told).toBeGreaterThan(20);
}, 300_000);

for (const plant of ["synchronous", "pictures"] as const) {
  test(`D7: a box whose ${plant === "synchronous" ? "database is" : "files are"} not synced is found out`, async () => {
    const report = await runPowerCuts({
      ...{ images: IMAGES / 2, seed: 1, workloadSeconds: WORKLOAD_SECONDS, plant },
    });
    expect(report.lost + report.corrupt).toBeGreaterThan(0);
  }, 300_000);
}

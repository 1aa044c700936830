import { expect, test } from "vitest";

import { listFaults, runSoak } from "../../scripts/soak/run.ts";
import { readSeed } from "../support/random.ts";

/** What `npm run soak` does for an hour, for as long as a test may last. */
const MINUTES = 0.35;
const CAMERAS = 4;
const PAGES = 5;
/** A still that is decoded, a connection that is made: for a moment. */
const DESCRIPTORS_A_CAMERA = 12;

test("cameras, pages, a model and a centre that flaps: nothing is lost, and all is synced in the end", async () => {
  const seed = readSeed();
  console.log(`seed ${seed}`);
  const report = await runSoak({ minutes: MINUTES, cameras: CAMERAS, pages: PAGES, seed });
  expect(listFaults(report)).toEqual([]);
  expect(report.events.made).toBeGreaterThan(0);
  expect(report.events.described).toBeGreaterThan(0);
  expect(report.centre.events).toBe(report.events.made);
  const { start, max } = report.descriptors;
  expect(max - start).toBeLessThan(CAMERAS * DESCRIPTORS_A_CAMERA);
});

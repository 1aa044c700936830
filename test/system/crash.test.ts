import { expect, test } from "vitest";

import { runDaemonKills } from "../support/daemon-kill-run.ts";
import { readSeed } from "../support/random.ts";

const KILLS = 30;

/**
 * The daemon is killed without warning at random moments and at named ones while events flow from
 * two cameras and the model answers. What it had told over the feed must be there afterwards.
 */
test(`D6: ${KILLS} kill -9s of the daemon lose no event and no job, and leave no ffmpeg behind`, async () => {
  const seed = readSeed();
  console.log(`seed ${seed}`);
  const report = await runDaemonKills({ count: KILLS, seed });
  console.log(report);
  expect(report.acknowledged).toBeGreaterThan(KILLS / 3);
  expect(Object.keys(report.killsAt).length).toBeGreaterThan(3);
  expect(report).toMatchObject({
    ...{ lost: 0, describedTwice: 0, stranded: 0, orphans: 0 },
    ...{ ledgerBalanced: true, isIntact: true },
  });
}, 900_000);

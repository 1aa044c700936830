import { expect, test } from "vitest";

import { openEventLoopWatch } from "../../src/base/event-loop.ts";

const HELD_UP_MS = 80;

test("what holds up the process is told as lag, at least as long as it held it up", async () => {
  using watch = openEventLoopWatch();
  const holdUp = (): number => {
    const startedAt = performance.now();
    while (performance.now() - startedAt < HELD_UP_MS);
    return watch.read().maxMs;
  };
  // Lag is told between two wakes, so the first must have come.
  await expect.poll(holdUp).toBeGreaterThan(HELD_UP_MS / 2);
  expect(watch.read().p99Ms).toBeLessThanOrEqual(watch.read().maxMs);
});

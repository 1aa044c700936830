import { expect, test } from "vitest";

import { openEventLoopWatch } from "../../src/base/event-loop.ts";

const HELD_UP_MS = 80;

test("what holds up the process is told as lag, at least as long as it held it up", async () => {
  using watch = openEventLoopWatch();
  const startedAt = performance.now();
  while (performance.now() - startedAt < HELD_UP_MS);
  await expect.poll(() => watch.read().maxMs).toBeGreaterThan(HELD_UP_MS / 2);
  expect(watch.read().p99Ms).toBeLessThanOrEqual(watch.read().maxMs);
});

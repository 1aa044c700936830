import { expect, test } from "vitest";

import { createBackoff } from "../../src/base/retry.ts";

test("waits grow towards the cap, never beyond it, and never end", () => {
  const backoff = createBackoff({ firstMs: 500, longestMs: 8000 });
  const waits = Array.from({ length: 200 }, () => backoff.nextMs());
  expect(Math.max(...waits)).toBeLessThanOrEqual(8000);
  expect(Math.min(...waits)).toBeGreaterThan(0);
  expect(Math.max(...waits.slice(20))).toBeGreaterThan(1000);
});

test("after a success the waits start small again", () => {
  const backoff = createBackoff({ firstMs: 500, longestMs: 60_000 });
  for (let i = 0; i < 20; i += 1) backoff.nextMs();
  backoff.reset();
  expect(backoff.nextMs()).toBeLessThanOrEqual(1500);
});

test("C11: cameras that die together do not come back together", () => {
  const waits = Array.from({ length: 100 }, () => {
    const backoff = createBackoff({ firstMs: 500, longestMs: 60_000 });
    for (let i = 0; i < 5; i += 1) backoff.nextMs();
    return Math.round(backoff.nextMs());
  });
  expect(new Set(waits).size).toBeGreaterThan(20);
});

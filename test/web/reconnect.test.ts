import fc from "fast-check";
import { expect, test } from "vitest";

import { createReconnectPolicy } from "../../src/web/reconnect.ts";

test("waits double up to the longest, and start over after a success", () => {
  const policy = createReconnectPolicy({ firstMs: 500, longestMs: 3000, random: () => 1 });
  expect([1, 2, 3, 4, 5].map(() => policy.nextMs())).toEqual([500, 1000, 2000, 3000, 3000]);
  policy.reset();
  expect(policy.nextMs()).toBe(500);
});

test("no wait is longer than the longest or shorter than half of the first, for ever", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (rolls) => {
      const dice = rolls.values();
      const random = () => dice.next().value ?? 0.5;
      const policy = createReconnectPolicy({ firstMs: 500, longestMs: 8000, random });
      for (const _ of rolls) {
        const waitMs = policy.nextMs();
        expect(waitMs).toBeGreaterThanOrEqual(250);
        expect(waitMs).toBeLessThanOrEqual(8000);
      }
    }),
  );
});

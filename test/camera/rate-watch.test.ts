import { expect, test } from "vitest";

import { createRateWatch } from "../../src/camera/rate-watch.ts";
import { createRandom } from "../support/random.ts";

function watch(quantisers: readonly (number | null)[]): boolean[] {
  const rate = createRateWatch();
  return quantisers.map((quantiser, i) => {
    // A key unit's quantiser is another one; it must not count.
    rate.observe(i % 20 === 0 ? { key: true, quantiser: 12 } : { key: false, quantiser });
    return rate.isHeld;
  });
}

const random = createRandom(7);
const resting = Array.from({ length: 400 }, () => (random() < 0.1 ? 26 : 25));
const wandering = Array.from({ length: 400 }, (_, i) => 25 + Math.round(2 * Math.sin(i / 9)));

test("a quantiser that wanders shows a held bit rate, and one that rests does not", () => {
  expect(watch(wandering).at(-1)).toBe(true);
  expect(watch(resting).at(-1)).toBe(false);
});

test("a bit rate that is no longer held is noticed", () => {
  expect(watch([...wandering, ...resting]).at(-1)).toBe(false);
});

test("too little to tell, or nothing told, is no held bit rate", () => {
  expect(watch(wandering.slice(0, 50)).includes(true)).toBe(false);
  expect(watch(wandering.map(() => null)).includes(true)).toBe(false);
});

import { expect, test } from "vitest";

import { createCadence } from "../../src/camera/cadence.ts";

/** The step after each group of pictures of a stream whose groups last two seconds. */
function readSteps(options: { wanted: number; rates: readonly number[] }): number[] {
  const cadence = createCadence({ framesPerSecond: options.wanted });
  return options.rates.map((rate, group) => {
    for (let i = 0; i < rate * 2; i += 1) {
      cadence.observe({ key: i === 0, timestampMs: group * 2_000 + (i * 1_000) / rate });
    }
    return cadence.step;
  });
}

test("a stream at the wanted rate, or slower, is analysed whole", () => {
  expect(readSteps({ wanted: 5, rates: [5, 5, 5, 5] })).toEqual([1, 1, 1, 1]);
  expect(readSteps({ wanted: 5, rates: [1, 1, 1, 1] })).toEqual([1, 1, 1, 1]);
});

test("a faster stream is stepped through once its rate was measured", () => {
  expect(readSteps({ wanted: 5, rates: [25, 25, 25] })).toEqual([1, 1, 5]);
  expect(readSteps({ wanted: 5, rates: [15, 15, 15] })).toEqual([1, 1, 3]);
  expect(readSteps({ wanted: 10, rates: [60, 60, 60] })).toEqual([1, 1, 6]);
});

test("what a camera had saved up and sends at once is no rate", () => {
  const cadence = createCadence({ framesPerSecond: 5 });
  for (let i = 0; i < 50; i += 1) cadence.observe({ key: i === 0, timestampMs: i });
  for (let i = 0; i < 41; i += 1) {
    cadence.observe({ key: i % 20 === 0, timestampMs: 100 + i * 100 });
  }

  expect(cadence.step).toBe(2);
});

test("the step follows a stream that changes its rate, and not its whims", () => {
  expect(readSteps({ wanted: 5, rates: [25, 25, 25, 10, 10] }).slice(2)).toEqual([5, 5, 2]);
  expect(readSteps({ wanted: 5, rates: [5, 5, 5, 30, 30] }).slice(2)).toEqual([1, 1, 6]);
  expect(readSteps({ wanted: 5, rates: [15, 15, 15, 14, 16, 15] }).slice(2)).toEqual([3, 3, 3, 3]);
});

test("key frames far apart are measured when they come, all key frames over two seconds", () => {
  const rare = createCadence({ framesPerSecond: 5 });
  for (let i = 0; i <= 500; i += 1) {
    rare.observe({ key: i % 250 === 0, timestampMs: i * 40 });
  }
  const dense = createCadence({ framesPerSecond: 5 });
  for (let i = 0; i <= 51; i += 1) dense.observe({ key: true, timestampMs: i * 40 });

  expect(rare.step).toBe(5);
  expect(dense.step).toBe(5);
});

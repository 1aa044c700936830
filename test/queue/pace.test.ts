import { expect, test } from "vitest";

import { createPace, toDrainSeconds } from "../../src/queue/pace.ts";

test("rates are those of the last minutes, and the backlog of an earlier life is none of them", () => {
  const pace = createPace();
  let unfinished = 5000;
  pace.observe(unfinished, 0);
  for (let second = 1; second <= 1200; second += 1) {
    if (second % 3 === 0) unfinished += 1;
    if (second % 6 === 0) {
      pace.finished(second * 1000);
      unfinished -= 1;
    }
    pace.observe(unfinished, second * 1000);
  }
  expect(pace.arrivalsPerMinute(1_200_000)).toBeCloseTo(20, 0);
  expect(pace.finishedPerMinute(1_200_000)).toBeCloseTo(10, 0);
  expect(pace.arrivalsPerMinute(1_200_000 + 3_600_000)).toBeLessThan(0.1);
});

test("the time to drain is unknown before the first description, and when more comes than goes", () => {
  const pace = createPace();
  const desk = { waiting: 10, workers: 1, nowMs: 0 };
  expect(toDrainSeconds(pace, { ...desk, waiting: 0 })).toBe(0);
  expect(toDrainSeconds(pace, desk)).toBeNull();
  pace.served(6000);
  expect(toDrainSeconds(pace, desk)).toBe(60);
  expect(toDrainSeconds(pace, { ...desk, workers: 2 })).toBe(30);

  pace.observe(0, 0);
  for (let second = 1; second <= 300; second += 1) pace.observe(second, second * 1000);
  expect(toDrainSeconds(pace, { ...desk, nowMs: 300_000 })).toBeNull();
});

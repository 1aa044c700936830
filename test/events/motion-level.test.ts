import { expect, test } from "vitest";

import { createLevelMeter, type MotionLevel } from "../../src/events/motion-level.ts";
import { createMover, toScore } from "../support/movers.ts";
import { renderScene } from "../support/scenes.ts";

const frames = renderScene({ seconds: 2, width: 16, height: 8 });

function observe(significances: readonly number[], isWatched: (frame: number) => boolean) {
  const told: MotionLevel[] = [];
  let current = 0;
  const meter = createLevelMeter({
    significanceThreshold: () => 0.3,
    isWatched: () => isWatched(current),
    announceLevel: (level) => told.push(level),
  });
  for (const [index, significance] of significances.entries()) {
    current = index;
    const frame = frames[index];
    if (frame) meter.observe(frame, toScore([createMover([0, 0, 0.5, 0.5], { significance })]));
  }
  return told;
}

test("at most two levels a second are told, each the strongest since the one before", () => {
  const told = observe([0.1, 0.9, 0.2, 0.3, 0.4, 0.1, 0.5, 0, 0, 0], () => true);
  expect(told.map(({ significance }) => significance)).toEqual([0.1, 0.9, 0.5, 0]);
  expect(told[1]).toMatchObject({
    cameraId: "scene",
    at: frames[1]?.capturedAt,
    significanceThreshold: 0.3,
    boxes: [[0, 0, 0.5, 0.5]],
    why: "moving",
    sentence: expect.stringContaining("Significance 0.90 reaches the threshold of 0.3"),
  });
});

test("while nobody looks nothing is told, and nothing old is told to who comes", () => {
  const told = observe([0.1, 0.9, 0.9, 0.2, 0.3], (frame) => frame >= 3);
  expect(told.map(({ significance }) => significance)).toEqual([0.2]);
});

import { expect, test } from "vitest";

import type { Frame, Polygon } from "../../src/camera/frame.ts";
import type { DetectorOptions, MotionScore } from "../../src/motion/detector.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import type { KernelMaker } from "../../src/motion/kernel.ts";
import { createPlainKernel } from "../../src/motion/plain-kernel.ts";
import { createSimdKernel } from "../../src/motion/simd-kernel.ts";
import { renderScene } from "../support/scenes.ts";

const FRAMES_PER_SECOND = 5;
const LEFT_HALF: Polygon = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];
const walker = { startsAt: 10, endsAt: 20, width: 0.08, height: 0.3 };
const walkOnTheLeft = renderScene({
  seconds: 24,
  movers: [{ ...walker, from: [0.05, 0.4], to: [0.35, 0.4] }],
});

type Settings = Pick<DetectorOptions, "sensitivity" | "masks">;
const usual: Settings = { sensitivity: 0.5, masks: [] };

/** `changes`: by second, what is told to the running detector. */
function watch(
  frames: readonly Frame[],
  settings: Settings,
  changes: Record<number, Settings>,
  createKernel?: KernelMaker,
): MotionScore[] {
  const options = { width: 160, height: 96, framesPerSecond: FRAMES_PER_SECOND, ...settings };
  const detector = createFrameDifference(options, createKernel);
  return frames.map((frame, index) => {
    const change = changes[index / FRAMES_PER_SECOND];
    if (change) detector.retune(change);
    return detector.observe(frame);
  });
}

const during = (scores: readonly MotionScore[], from: number, to: number) =>
  scores.slice(from * FRAMES_PER_SECOND, to * FRAMES_PER_SECOND);
const peakOf = (scores: readonly MotionScore[]) =>
  Math.max(...scores.map(({ significance }) => significance));

test("another sensitivity is in force after two frames, without teaching", () => {
  const scores = watch(walkOnTheLeft, usual, { 15: { ...usual, sensitivity: 0.8 } });
  expect(during(scores, 2, 24).some(({ why }) => why === "settling")).toBe(false);
  const [before, after] = [during(scores, 14, 15), during(scores, 15.6, 17)];
  expect(Math.min(...after.map(({ significance }) => significance))).toBeGreaterThan(
    peakOf(before),
  );
});

test("a mask laid while a camera is watched hides what moves under it at once", () => {
  const scores = watch(walkOnTheLeft, usual, { 15: { ...usual, masks: [LEFT_HALF] } });
  expect(peakOf(during(scores, 11, 15))).toBeGreaterThan(0.3);
  expect(peakOf(during(scores, 15, 24))).toBe(0);
});

test.each([
  ["compiled", (...size: Parameters<KernelMaker>) => createSimdKernel(...size)],
  ["plain", createPlainKernel],
])("a mask taken away shows no motion that is none, and soon what moves there (%s)", (_, make) => {
  const createKernel: KernelMaker = (...size) => {
    const kernel = make(...size);
    if (!kernel) throw new Error("This machine has no SIMD.");
    return kernel;
  };
  const masked = { ...usual, masks: [LEFT_HALF] };
  const scores = watch(walkOnTheLeft, masked, { 6: usual, 7: masked, 8: usual }, createKernel);
  expect(peakOf(during(scores, 0, 10))).toBe(0);
  expect(during(scores, 2, 10).map(({ why }) => why)).not.toContain("whole-picture-changed");
  expect(peakOf(during(scores, 11, 20))).toBeGreaterThan(0.3);
});

test("a picture that was masked wholly is learned from its first visible frame on", () => {
  const whole: Polygon = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  const scores = watch(walkOnTheLeft, { ...usual, masks: [whole] }, { 5: usual });
  expect(during(scores, 0, 5).every(({ why }) => why === "masked")).toBe(true);
  expect(during(scores, 5, 7).every(({ why }) => why === "settling")).toBe(true);
  expect(peakOf(during(scores, 7, 10))).toBe(0);
  expect(peakOf(during(scores, 11, 20))).toBeGreaterThan(0.3);
});

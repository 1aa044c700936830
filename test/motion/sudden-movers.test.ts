/** Who fills half of the picture from one frame to the next, and the light that does the same. */
import { expect, test } from "vitest";

import type { Frame } from "../../src/camera/frame.ts";
import type { MotionScore } from "../../src/motion/detector.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import { renderScene } from "../support/scenes.ts";

const [WIDTH, HEIGHT] = [160, 96];

function watch(frames: readonly Frame[]): MotionScore[] {
  const settings = { width: WIDTH, height: HEIGHT, framesPerSecond: 5 };
  const detector = createFrameDifference({ ...settings, sensitivity: 0.5, masks: [] });
  return frames.map((frame) => detector.observe(frame));
}

/** From 8 s on for 1.2 s. */
function visitBy(width: number, contrast: number): Frame[] {
  const way = { startsAt: 8, endsAt: 9.2, from: [0.1, 0], to: [0.2, 0] } as const;
  return renderScene({ seconds: 14, noise: 3, movers: [{ ...way, width, height: 1, contrast }] });
}

/** Light that falls on a part of the picture alone, from 8 s on. */
function relight(light: (x: number, y: number, level: number) => number): Frame[] {
  return renderScene({ seconds: 14, noise: 2 }).map((frame) => {
    if (frame.timestampMs < 8000) return frame;
    const luma = frame.luma.map((level, pixel) =>
      Math.min(255, light((pixel % WIDTH) / WIDTH, Math.floor(pixel / WIDTH) / HEIGHT, level)),
    );
    return { ...frame, luma };
  });
}

test.each([
  [0.45, -70],
  [0.5, 60],
  [0.6, -70],
  [0.7, -60],
  [0.7, 80],
])("who covers %d of the picture at once and for 1.2 s is found", (width, contrast) => {
  const scores = watch(visitBy(width, contrast));

  // Two such frames make an event.
  const visit = scores.slice(40, 46);
  expect(visit.filter(({ significance }) => significance >= 0.3).length).toBeGreaterThan(1);
  expect(visit.map(({ why }) => why)).not.toContain("whole-picture-changed");
  const beforeAndAfter = [...scores.slice(0, 40), ...scores.slice(47)];
  expect(beforeAndAfter.filter(({ significance }) => significance > 0)).toEqual([]);
});

test("who makes the camera's exposure jump is found within 1.2 s", () => {
  const frames = visitBy(0.3, -70).map((frame, index) => {
    const shift = index >= 40 && index < 46 ? 25 : 0;
    return { ...frame, luma: frame.luma.map((level) => Math.min(255, level + shift)) };
  });
  const significant = watch(frames).filter(({ significance }) => significance >= 0.3);
  expect(significant.length).toBeGreaterThan(1);
});

test.each([0.6, 0.8, 1])("a picture that turns infra-red within %d s is not motion", (seconds) => {
  const frames = renderScene({ seconds: 14, noise: 2 }).map((frame) => {
    const share = Math.min(1, Math.max(0, (frame.timestampMs / 1000 - 8) / seconds));
    const toInfraRed = (level: number) => level * (1 - share) + (215 - 0.6 * level) * share;
    return { ...frame, luma: frame.luma.map(toInfraRed) };
  });
  expect(watch(frames).filter(({ significance }) => significance > 0)).toEqual([]);
});

test.each([
  ["half of the picture, with a hard shadow", (x: number) => (x > 0.45 ? 1.8 : 1)],
  ["half of the picture, softly", (x: number) => 1 + 0.8 / (1 + Math.exp((0.45 - x) * 20))],
  ["half of the picture, which gets darker", (x: number) => (x > 0.4 ? 0.4 : 1)],
  ["a round spot", (x: number, y: number) => (Math.hypot(x - 0.5, y - 0.5) < 0.42 ? 1.7 : 1)],
  ["nearly all of it", (x: number, y: number) => (x + y > 0.7 ? 2 : 1)],
])("a lamp that lights %s is not motion", (_, gain) => {
  const scores = watch(relight((x, y, level) => level * gain(x, y)));
  expect(scores.filter(({ significance }) => significance > 0)).toEqual([]);
  expect(scores[40]?.why).toBe("whole-picture-changed");
});

test.each([
  ["a round spot", 1.7, 0],
  ["a round spot, partly blown out", 2, 20],
])("a lamp that lights a fifth of the picture, %s, is not motion, on or off", (_, gain, more) => {
  const isLit = (x: number, y: number) => Math.hypot(x - 0.5, y - 0.5) < 0.25;
  const lit = relight((x, y, level) => (isLit(x, y) ? level * gain + more : level));
  const unlit = renderScene({ seconds: 20, noise: 2 }).slice(lit.length);

  const scores = watch([...lit, ...unlit]);

  expect(scores.filter(({ significance }) => significance >= 0.3)).toEqual([]);
});

test("another picture altogether is not motion", () => {
  const before = renderScene({ seconds: 8, seed: 1 });
  const after = renderScene({ seconds: 14, seed: 5 }).slice(40);
  expect(watch([...before, ...after]).filter(({ significance }) => significance > 0)).toEqual([]);
});

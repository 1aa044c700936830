import fc from "fast-check";
import { expect, test } from "vitest";

import type { Frame } from "../../src/camera/frame.ts";
import type { DetectorOptions, MotionScore } from "../../src/motion/detector.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import { type Mover, renderScene, type Scene } from "../support/scenes.ts";

/** Enters at 6 s, wholly inside from about 6.5 s, gone at 12 s. */
function walker(height: number, way: Partial<Mover> = {}): Mover {
  const width = height * 0.3;
  return {
    startsAt: 6,
    endsAt: 12,
    from: [-width, 0.4],
    to: [1, 0.4],
    width,
    height,
    ...way,
  };
}

function watch(frames: readonly Frame[], options: Partial<DetectorOptions> = {}): MotionScore[] {
  const detector = createFrameDifference({
    width: 160,
    height: 96,
    framesPerSecond: 5,
    sensitivity: 0.5,
    masks: [],
    ...options,
  });
  return frames.map((frame) => detector.observe(frame));
}

function peakOf(scores: readonly MotionScore[]): number {
  return Math.max(...scores.map((score) => score.significance));
}

function peakIn(scene: Scene, options: Partial<DetectorOptions> = {}): number {
  return peakOf(watch(renderScene(scene), options));
}

test.each([0.15, 0.3, 0.5, 0.9])("a walker %d of the picture high is found", (height) => {
  const scores = watch(renderScene({ seconds: 16, movers: [walker(height, { from: [0, 0.1] })] }));

  expect(peakOf(scores.slice(0, 29))).toBe(0);
  expect(peakOf(scores.slice(30, 60))).toBeGreaterThan(0.3);
  const moving = scores.slice(30, 60).filter((score) => score.significance >= 0.3);
  expect(moving.length).toBeGreaterThan(15);
});

test("the box lies around the walker, in fractions of the picture", () => {
  const walk = walker(0.5, { from: [0, 0.25], to: [0.6, 0.25] });
  const scores = watch(renderScene({ seconds: 12, movers: [walk] }));

  const [box] = scores[45]?.boxes ?? [];
  const walkerLeft = 0.6 * (9 - 6) * (1 / 6);
  expect(box).toBeDefined();
  const [x, y, width, height] = box ?? [0, 0, 0, 0];
  expect(x).toBeGreaterThan(walkerLeft - 0.15);
  expect(x + width).toBeLessThan(walkerLeft + 0.15 + 0.1);
  expect(y).toBeGreaterThan(0.1);
  expect(y + height).toBeLessThan(0.9);
});

test("two walkers far from each other give two boxes, the larger first", () => {
  const near = walker(0.7, { from: [0, 0.2], to: [0.4, 0.2] });
  const far = walker(0.3, { from: [0.9, 0.1], to: [0.7, 0.1] });
  const scores = watch(renderScene({ seconds: 12, movers: [near, far] }));

  const both = scores.filter((score) => score.boxes.length === 2);
  expect(both.length).toBeGreaterThan(10);
  for (const { boxes } of both) {
    const [first, second] = boxes;
    expect((first?.[2] ?? 0) * (first?.[3] ?? 0)).toBeGreaterThan(
      (second?.[2] ?? 0) * (second?.[3] ?? 0),
    );
  }
});

test("a larger walker is more significant than a smaller one on the same way", () => {
  const peaks = [0.2, 0.4, 0.8].map((height) =>
    peakIn({ seconds: 14, movers: [walker(height, { from: [0, 0.1] })] }),
  );
  expect(peaks[0]).toBeLessThan(peaks[1] ?? 0);
  expect(peaks[1]).toBeLessThan(peaks[2] ?? 0);
});

test("confidence grows while a walker is followed", () => {
  const scores = watch(renderScene({ seconds: 12, movers: [walker(0.5)] }));
  const moving = scores.filter((score) => score.why === "moving");
  expect(moving[8]?.confidence).toBeGreaterThan(moving[0]?.confidence ?? 1);
});

test.each([1, 4, 8])("sensor noise of %d grey levels is not motion", (noise) => {
  expect(peakIn({ seconds: 30, noise })).toBe(0);
});

test("light that comes and goes like clouds is not motion", () => {
  const lightAt = (seconds: number) => 30 * Math.sin(seconds / 4);
  expect(peakIn({ seconds: 40, lightAt })).toBe(0);
});

test("lightning and a lamp switched on are not motion, and are said to be what they are", () => {
  const lightAt = (seconds: number) => {
    if (seconds >= 10 && seconds < 10.2) return 90;
    return seconds >= 20 ? 60 : 0;
  };
  const scores = watch(renderScene({ seconds: 40, lightAt }));
  expect(peakOf(scores)).toBe(0);
  expect(scores[50]?.why).toBe("whole-picture-changed");
  expect(scores[100]?.why).toBe("whole-picture-changed");
  expect(scores[120]?.why).toBe("quiet");
});

test("a walker is found in the new light after a lamp was switched on", () => {
  const lightAt = (seconds: number) => (seconds >= 8 ? 60 : 0);
  const walk = walker(0.5, { startsAt: 14, endsAt: 20 });
  expect(peakIn({ seconds: 22, lightAt, movers: [walk] })).toBeGreaterThan(0.5);
});

test("a bush that sways in a gust of wind is not motion", () => {
  const swaying = { region: [0.5, 0.3, 0.3, 0.5], startsAt: 10 } as const;
  const scores = watch(renderScene({ seconds: 30, swaying }));
  expect(new Set(scores.slice(10).map((score) => score.why))).toEqual(new Set(["quiet"]));
});

test("what stopped is not motion, nor is the place it left", () => {
  const parked: Mover = {
    ...walker(0.4),
    startsAt: 10,
    endsAt: 40,
    from: [0.5, 0.4],
    to: [0.5, 0.4],
  };
  const scores = watch(renderScene({ seconds: 60, movers: [parked] }));
  // It appears at 10 s and vanishes at 40 s; a second later each time all is calm.
  expect(peakOf(scores.slice(55, 199))).toBe(0);
  expect(peakOf(scores.slice(206))).toBe(0);
});

test("a walker inside a mask does not count, beside it he does", () => {
  const movers = [walker(0.3, { from: [0, 0.1], to: [0.9, 0.1] })];
  const upperHalf = [
    [0, 0],
    [1, 0],
    [1, 0.5],
    [0, 0.5],
  ] as const;
  const lowerHalf = [
    [0, 0.5],
    [1, 0.5],
    [1, 1],
    [0, 1],
  ] as const;
  expect(peakIn({ seconds: 14, movers }, { masks: [upperHalf] })).toBe(0);
  expect(peakIn({ seconds: 14, movers }, { masks: [lowerHalf] })).toBeGreaterThan(0.3);
});

test("nothing that happens under a mask changes any score", () => {
  const mask = [
    [0, 0],
    [0.4, 0],
    [0.4, 1],
    [0, 1],
  ] as const;
  const frames = renderScene({ seconds: 14, movers: [walker(0.4, { from: [0.5, 0.2] })] });
  const scribbled = frames.map((frame, index) => {
    const luma = Uint8Array.from(frame.luma);
    for (let pixel = 0; pixel < luma.length; pixel += 1) {
      if (pixel % 160 < 64) luma[pixel] = (index * 37 + pixel * 11) % 256;
    }
    return { ...frame, luma };
  });
  expect(watch(scribbled, { masks: [mask] })).toEqual(watch(frames, { masks: [mask] }));
});

test("a wholly masked picture says so", () => {
  const everything = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const;
  const scores = watch(renderScene({ seconds: 4 }), { masks: [everything] });
  expect(new Set(scores.map((score) => score.why))).toEqual(new Set(["masked"]));
});

test("settling frames only teach, whatever moves in them", () => {
  const scores = watch(renderScene({ seconds: 12, settlingFrames: 60, movers: [walker(0.6)] }));
  expect(new Set(scores.map((score) => score.why))).toEqual(new Set(["settling"]));
  expect(peakOf(scores)).toBe(0);
});

test("a reconnect to another view is not motion", () => {
  const before = renderScene({ seconds: 12, seed: 1 });
  const after = renderScene({ seconds: 30, seed: 2, settlingFrames: 10 });
  expect(peakOf(watch([...before, ...after]))).toBe(0);
});

test("higher sensitivity sees a faint walker that lower sensitivity does not", () => {
  const scene = { seconds: 14, noise: 1, movers: [walker(0.4, { contrast: 15 })] };
  const low = peakIn(scene, { sensitivity: 0.1 });
  const high = peakIn(scene, { sensitivity: 1 });
  expect(high).toBeGreaterThan(0.3);
  expect(low).toBeLessThan(high);
});

test.each([
  [64, 48],
  [320, 176],
  [161, 99],
  [50, 37],
])("a picture of %d x %d pixels is scored", (width, height) => {
  const movers = [walker(0.7, { from: [0, 0.1], to: [0.8, 0.1] })];
  const scores = watch(renderScene({ seconds: 14, width, height, movers }), { width, height });
  expect(peakOf(scores)).toBeGreaterThan(0.3);
  for (const [x, y, w, h] of scores.flatMap((score) => score.boxes)) {
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect(Math.max(x + w, y + h)).toBeLessThanOrEqual(1);
  }
});

test.each([
  [1, 1],
  [7, 200],
])("a picture of %d x %d pixels, less than a block, is always quiet", (width, height) => {
  expect(peakIn({ seconds: 4, width, height }, { width, height })).toBe(0);
});

test("a stream that changes its size is learned anew", () => {
  const before = renderScene({ seconds: 6 });
  const after = renderScene({ seconds: 14, width: 320, height: 176, movers: [walker(0.5)] });
  const scores = watch([...before, ...after]);
  expect(scores[30]?.why).toBe("settling");
  expect(peakOf(scores.slice(60))).toBeGreaterThan(0.3);
});

test.each([2, 15, 25])("at %d frames a second the same walker is found, noise is not", (rate) => {
  const scene = { seconds: 14, framesPerSecond: rate, movers: [walker(0.5)] };
  const scores = watch(renderScene(scene), { framesPerSecond: rate });
  expect(peakOf(scores.slice(0, 6 * rate))).toBe(0);
  expect(peakOf(scores)).toBeGreaterThan(0.3);
});

const anyScene = fc.record({
  seconds: fc.constant(10),
  width: fc.constant(64),
  height: fc.constant(48),
  seed: fc.nat(),
  noise: fc.double({ min: 0, max: 5, noNaN: true }),
  movers: fc.array(
    fc.record({
      startsAt: fc.double({ min: 0, max: 5, noNaN: true }),
      endsAt: fc.double({ min: 5.5, max: 10, noNaN: true }),
      from: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(0.3)),
      to: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(0.4)),
      width: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
      height: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
    }),
    { maxLength: 3 },
  ),
});

test("the same frames give the same scores, all between 0 and 1", () => {
  fc.assert(
    fc.property(anyScene, (scene) => {
      const frames = renderScene(scene);
      const scores = watch(frames, { width: 64, height: 48 });
      expect(watch(frames, { width: 64, height: 48 })).toEqual(scores);
      for (const { significance, confidence, area } of scores) {
        expect(Math.min(significance, confidence, area)).toBeGreaterThanOrEqual(0);
        expect(Math.max(significance, confidence, area)).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 25 },
  );
});

test("a picture brighter by a constant gives the same scores", () => {
  fc.assert(
    fc.property(anyScene, fc.integer({ min: -25, max: 25 }), (scene, brighter) => {
      const frames = renderScene(scene);
      const shifted = frames.map((frame) => ({
        ...frame,
        luma: frame.luma.map((level) => level + brighter),
      }));
      expect(watch(shifted, { width: 64, height: 48 })).toEqual(
        watch(frames, { width: 64, height: 48 }),
      );
    }),
    { numRuns: 25 },
  );
});

test("frames are only looked at, never written to", () => {
  const frames = renderScene({ seconds: 8, movers: [walker(0.5)] });
  const copies = frames.map((frame) => Uint8Array.from(frame.luma));
  watch(frames);
  expect(frames.map((frame) => frame.luma)).toEqual(copies);
});

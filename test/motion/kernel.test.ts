/** The plain kernel is the oracle: whatever the SIMD one is given, it must answer the same bytes. */
import { readFile } from "node:fs/promises";

import fc from "fast-check";
import { expect, test } from "vitest";

import { compileKernel, KERNEL_CODE_FILE } from "../../scripts/kernel-compiler.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import type { Kernel, Lesson, Limits } from "../../src/motion/kernel.ts";
import { createPlainKernel } from "../../src/motion/plain-kernel.ts";
import { createSimdKernel } from "../../src/motion/simd-kernel.ts";
import { createRandom } from "../support/random.ts";
import { renderScene } from "../support/scenes.ts";

const PLANES = [
  ...["visible", "visibleCounts", "current", "previous", "background", "noise"],
  ...["differences", "excess", "changed", "changedCounts", "movedCounts"],
] as const;

function createSimd(width: number, height: number, visible: Uint8Array): Kernel {
  const kernel = createSimdKernel(width, height, visible);
  if (kernel === null) throw new Error("This machine has no SIMD, so there is nothing to compare.");
  return kernel;
}

/** Planes compared as bytes: much faster than element by element, and as strict. */
function findDifferences(one: Kernel, other: Kernel): string[] {
  const [a, b] = [one.planes, other.planes] as unknown as Record<string, Uint8Array>[];
  return PLANES.filter((name) => {
    const [left, right] = [a?.[name], b?.[name]].map(toBytes);
    return !left?.equals(right ?? Buffer.alloc(0));
  });
}

function toBytes(plane?: Uint8Array): Buffer {
  if (plane === undefined) throw new Error("There is no such plane.");
  return Buffer.from(plane.buffer, plane.byteOffset, plane.byteLength);
}

const anyLimits: fc.Arbitrary<Limits> = fc.record({
  offset: fc.integer({ min: -255, max: 255 }),
  offsetStep: fc.integer({ min: -255, max: 255 }),
  floor: fc.integer({ min: 1, max: 255 }),
  margin: fc.integer({ min: 0, max: 255 }),
});

const likelyLimits: fc.Arbitrary<Limits> = fc.record({
  offset: fc.integer({ min: -5, max: 5 }),
  offsetStep: fc.integer({ min: -5, max: 5 }),
  floor: fc.integer({ min: 6, max: 21 }),
  margin: fc.integer({ min: 3, max: 10 }),
});

const anyLesson: fc.Arbitrary<Lesson> = fc.record({
  changedTeachBackground: fc.boolean(),
  changedTeachNoise: fc.boolean(),
});

const anySession = fc.record({
  width: fc.integer({ min: 1, max: 40 }).map((strips) => strips * 16),
  height: fc.integer({ min: 1, max: 60 }),
  seed: fc.nat(),
  masked: fc.constantFrom(0, 0.05, 0.5, 1),
  /** How far levels stray from the first frame's. */
  stray: fc.constantFrom(0, 3, 30, 255),
  frames: fc.array(fc.tuple(fc.oneof(anyLimits, likelyLimits), anyLesson), { maxLength: 6 }),
});

test("both kernels agree on every byte and every sum, whatever they are shown", () => {
  fc.assert(
    fc.property(anySession, ({ width, height, seed, masked, stray, frames }) => {
      const random = createRandom(seed);
      const pixels = width * height;
      const visible = Uint8Array.from({ length: pixels }, () => (random() < masked ? 0 : 1));
      const first = Uint8Array.from({ length: pixels }, () => random() * 256);
      const kernels = [createPlainKernel, createSimd].map((make) => make(width, height, visible));
      const [plain, simd] = kernels as [Kernel, Kernel];
      for (const { load, planes } of kernels) {
        load(first);
        planes.background.set(planes.current);
        planes.noise.fill(4);
      }

      for (const [limits, lesson] of frames) {
        const luma = first.map((level) =>
          Math.min(255, Math.max(0, level + (random() * 2 - 1) * stray)),
        );
        for (const kernel of kernels) {
          kernel.load(luma);
          kernel.mark(limits);
        }
        const sums = kernels.map(({ planes, sumContrast }) =>
          Array.from(planes.changedCounts, (_, block) => sumContrast(block, limits)),
        );
        expect(sums[1]).toEqual(sums[0]);
        expect(findDifferences(plain, simd)).toEqual([]);
        for (const kernel of kernels) kernel.learn(lesson);
        expect(findDifferences(plain, simd)).toEqual([]);
      }
    }),
    { numRuns: 150, seed: 1 },
  );
});

test.each([
  [16, 1],
  [160, 96],
  [640, 352],
])(
  "in a picture of %d x %d pixels, levels from black to white are told apart alike",
  (width, height) => {
    const visible = new Uint8Array(width * height).fill(1);
    const kernels = [createPlainKernel, createSimd].map((make) => make(width, height, visible));
    const [plain, simd] = kernels as [Kernel, Kernel];
    for (const [offset, offsetStep] of [
      [0, 0],
      [255, -255],
      [-255, 255],
      [-7, 7],
    ] as const) {
      for (const kernel of kernels) {
        kernel.load(visible.map((_, pixel) => (pixel >> 8) + pixel));
        kernel.planes.background.set(kernel.planes.current);
        kernel.load(visible.map((_, pixel) => pixel));
        kernel.mark({ offset, offsetStep, floor: 12, margin: 6 });
        kernel.learn({ changedTeachBackground: true, changedTeachNoise: true });
      }
      expect(findDifferences(plain, simd)).toEqual([]);
    }
  },
);

test("both kernels lead to the same scores", () => {
  const mask = [
    [0, 0],
    [0.4, 0.1],
    [0.3, 0.9],
  ] as const;
  const walk = { startsAt: 3, endsAt: 8, from: [0, 0.2], to: [0.8, 0.3] } as const;
  const frames = renderScene({
    seconds: 12,
    noise: 4,
    movers: [{ ...walk, width: 0.12, height: 0.4 }],
    lightAt: (seconds) => (seconds > 10 ? 70 : 5 * Math.sin(seconds)),
  });
  const options = { width: 160, height: 96, framesPerSecond: 5, sensitivity: 0.5, masks: [mask] };
  const [plain, simd] = [createPlainKernel, createSimd].map((createKernel) => {
    const detector = createFrameDifference(options, createKernel);
    return frames.map((frame) => detector.observe(frame));
  });
  expect(simd).toEqual(plain);
  expect(new Set(simd?.map((score) => score.why))).toContain("moving");
});

test("a width that is no multiple of 16 is left to the plain kernel", () => {
  expect(createSimdKernel(161, 99, new Uint8Array(161 * 99))).toBeNull();
});

test("the compiled kernel is that of its source", async () => {
  expect(await readFile(KERNEL_CODE_FILE, "utf8")).toBe(await compileKernel());
}, 60_000);

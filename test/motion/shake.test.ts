/** A camera on a mast that sways in gusts: the whole picture is pushed about by some pixels. */
import { expect, test } from "vitest";

import type { Frame } from "../../src/camera/frame.ts";
import type { MotionScore } from "../../src/motion/detector.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import { type Mover, renderScene } from "../support/scenes.ts";

const [WIDTH, HEIGHT, RATE] = [160, 96, 5];
const RIM = 8;

/** What a camera sees that sways by so many pixels, in a gust from 6 s to 14 s. */
function shake(pixels: number, hertz: number, movers: readonly Mover[] = []): Frame[] {
  const size = { width: WIDTH + 2 * RIM, height: HEIGHT + 2 * RIM };
  return renderScene({ seconds: 24, seed: 3, noise: 2, ...size, movers }).map((frame) => {
    const seconds = frame.timestampMs / 1000;
    const gust = seconds < 6 || seconds > 14 ? 0 : pixels;
    const right = RIM + Math.round(gust * Math.sin(2 * Math.PI * hertz * seconds));
    const down = RIM + Math.round((gust / 2) * Math.cos(2 * Math.PI * hertz * seconds));
    const luma = new Uint8Array(WIDTH * HEIGHT);
    for (let y = 0; y < HEIGHT; y += 1) {
      const from = (y + down) * size.width + right;
      luma.set(frame.luma.subarray(from, from + WIDTH), y * WIDTH);
    }
    return { ...frame, width: WIDTH, height: HEIGHT, luma };
  });
}

function watch(frames: readonly Frame[]): MotionScore[] {
  const settings = { width: WIDTH, height: HEIGHT, framesPerSecond: RATE, sensitivity: 0.5 };
  const detector = createFrameDifference({ ...settings, masks: [] });
  return frames.map((frame) => detector.observe(frame));
}

test.each([
  [1, 0.5],
  [2, 1.7],
  [3, 0.7],
  [3, 2.3],
])("a mast that sways by %d pixels, %d times a second, is not motion", (pixels, hertz) => {
  const significant = watch(shake(pixels, hertz)).filter(({ significance }) => significance >= 0.3);
  // Two such frames make an event; the first of a gust may be one.
  expect(significant.length).toBeLessThan(2);
});

test.each([
  [2, 1.7],
  [3, 2.3],
])(
  "who walks by while the mast sways by %d pixels, %d times a second, is found",
  (pixels, hertz) => {
    const walk = { startsAt: 8, endsAt: 13, from: [0, 0.3], to: [1, 0.3] } as const;
    const scores = watch(shake(pixels, hertz, [{ ...walk, width: 0.12, height: 0.45 }]));
    const found = scores.slice(8 * RATE, 13 * RATE).filter((s) => s.significance >= 0.3);
    expect(found.length).toBeGreaterThan(15);
    const [box] = scores[10.4 * RATE]?.boxes ?? [];
    const [left = 0, , width = 1] = box ?? [];
    expect(Math.abs(left + width / 2 - 0.54)).toBeLessThan(0.12);
  },
);

test("a slow sag of the mast is not motion", () => {
  const sagging = shake(3, 1 / 32);
  expect(watch(sagging).filter(({ significance }) => significance >= 0.3).length).toBeLessThan(2);
});

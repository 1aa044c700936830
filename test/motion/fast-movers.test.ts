/** Who is so fast that he does not touch the place of the last frame, and what only seems so. */
import { expect, test } from "vitest";

import type { MotionScore } from "../../src/motion/detector.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import { createRandom } from "../support/random.ts";
import { type Mover, renderScene, type Scene } from "../support/scenes.ts";

const WAYS = {
  "to the right": { from: [-0.1, 0.2], to: [1, 0.2] },
  "to the left": { from: [1, 0.2], to: [-0.1, 0.2] },
  slantwise: { from: [0, -0.2], to: [1, 1] },
} as const;

const CROSSINGS = [1.2, 2].flatMap((seconds) =>
  [0.15, 0.2, 0.3, 0.5, 0.8].flatMap((height) =>
    Object.entries(WAYS).map(([name, way]) => ({ seconds, height, name, way })),
  ),
);

function watch(scene: Scene): MotionScore[] {
  const options = { width: 160, height: 96, framesPerSecond: 5, sensitivity: 0.5, masks: [] };
  const detector = createFrameDifference(options);
  return renderScene(scene).map((frame) => detector.observe(frame));
}

test.each(CROSSINGS)(
  "a runner $height of the picture high who crosses it $name in $seconds s is found",
  ({ seconds, height, way }) => {
    const runner = { startsAt: 6, endsAt: 6 + seconds, width: height * 0.3, height, ...way };
    const scores = watch({ seconds: 12, movers: [runner] });

    // Two such frames make an event.
    expect(scores.filter((score) => score.significance >= 0.3).length).toBeGreaterThanOrEqual(2);
    const beforeAndAfter = [...scores.slice(0, 30), ...scores.slice(41)];
    expect(beforeAndAfter.filter((score) => score.significance > 0)).toEqual([]);
  },
);

test.each([1, 2, 3])(
  "drops that fall within reach of the last ones are not motion (%d)",
  (seed) => {
    const scores = watch({ seconds: 26, seed, noise: 4, movers: rain(seed) });
    expect(scores.filter((score) => score.significance > 0)).toEqual([]);
  },
);

/** Streaks of 3 x 13 pixels, three a frame, from 4 s on; none beside one of the frame before. */
function rain(seed: number): Mover[] {
  const random = createRandom(seed);
  const drops: Mover[] = [];
  for (let frame = 20; frame < 120; frame += 1) {
    for (const column of [0, 1, 2]) {
      // In turn in the left and in the right half of a third of the picture.
      const at = [(column + (frame % 2) / 2) / 3 + random() * 0.03, random() * 0.8] as const;
      const startsAt = frame / 5;
      drops.push({ startsAt, endsAt: startsAt + 0.1, from: at, to: at, width: 0.02, height: 0.14 });
    }
  }
  return drops;
}

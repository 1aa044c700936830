import { expect, test } from "vitest";

import type { Box } from "../../src/camera/frame.ts";
import { createPatchWatch } from "../../src/motion/patch-watch.ts";
import { createRandom } from "../support/random.ts";

const WIDTH = 160;
const HEIGHT = 96;
const LIMITS = { width: WIDTH, height: HEIGHT, levels: 8, pixels: 8 };
const EVERYWHERE = new Uint8Array(WIDTH * HEIGHT).fill(1);
const random = createRandom(1);
const key = Uint8Array.from({ length: WIDTH * HEIGHT }, () => 60 + 120 * random());

/** The key picture with a part of it changed, and the whole of it lit. */
function patch(box: Box, levels: number, light = 0): Uint8Array {
  const [x, y, width, height] = box;
  return key.map((level, pixel) => {
    const [column, row] = [pixel % WIDTH, Math.floor(pixel / WIDTH)];
    const isInside = column >= x && column < x + width && row >= y && row < y + height;
    return level + light + (isInside ? levels : 0);
  });
}

const NOWHERE: Box = [0, 0, 0, 0];
const WALKER: Box = [61, 40, 4, 9];

function judgeAfterCalm(last: Uint8Array, calm: readonly Uint8Array[] = [], visible = EVERYWHERE) {
  const watch = createPatchWatch(LIMITS);
  for (let i = 0; i < 20; i += 1) {
    watch.judge(calm[i % Math.max(1, calm.length)] ?? key, key, visible);
  }
  return watch.judge(last, key, visible);
}

test("what is patched onto a picture in which nothing happened is something", () => {
  expect(judgeAfterCalm(patch(WALKER, 20))).toBe("suspicious");
  expect(judgeAfterCalm(patch(WALKER, -20))).toBe("suspicious");
  expect(judgeAfterCalm(key)).toBe("calm");
});

test("a picture that becomes brighter as a whole is calm", () => {
  expect(judgeAfterCalm(patch(NOWHERE, 0, 15))).toBe("calm");
});

test("a place that is patched time and again is calm, and the others are watched on", () => {
  const bush: Box = [20, 20, 8, 8];
  const swaying = [patch(bush, 20), key, patch([20, 20, 8, 6], 20)];

  expect(judgeAfterCalm(patch(bush, 20), swaying)).toBe("calm");
  expect(judgeAfterCalm(patch(WALKER, 20), swaying)).toBe("suspicious");
});

test("masked pixels are not looked at", () => {
  const visible = EVERYWHERE.map((_, pixel) => (pixel % WIDTH < 80 ? 0 : 1));

  expect(judgeAfterCalm(patch(WALKER, 20), [], visible)).toBe("calm");
});

test("the first peeks only teach", () => {
  expect(createPatchWatch(LIMITS).judge(patch(WALKER, 20), key, EVERYWHERE)).toBe("calm");
});

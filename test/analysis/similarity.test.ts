import fc from "fast-check";
import { expect, test } from "vitest";

import { openScenePicture, toJpeg } from "../../src/analysis/picture.ts";
import { isSamePlace, isSameScene, type Look, toRegion } from "../../src/analysis/similarity.ts";
import type { Box } from "../../src/camera/frame.ts";
import { createRandom } from "../support/random.ts";
import { type Mover, paintMover, paintYard } from "../support/yard.ts";

const SIZE = { width: 640, height: 360 };
const DOOR: Box = [0.4, 0.3, 0.2, 0.5];
const calmly = { showsPeople: false };

interface Shot {
  /** Grey levels on top of all. */
  light?: number;
  noise?: number;
  /** A block of one colour, where the mover stands. */
  mover?: { colour: readonly [number, number, number]; box: Box };
  quality?: number;
  seed?: number;
}

async function take({ light = 0, noise = 0, mover, quality = 85, seed = 1 }: Shot): Promise<Look> {
  const { width, height } = SIZE;
  const random = createRandom(seed);
  const rgb = Uint8Array.from(paintYard(width, height, 7).rgb);
  if (mover) fill(rgb, mover.box, mover.colour);
  const seen = rgb.map((level) =>
    Math.max(0, Math.min(255, level + light + Math.round(noise * (random() - 0.5)))),
  );
  const picture = await openScenePicture(await toJpeg({ width, height, rgb: seen }, { quality }));
  return await picture.look(toRegion([DOOR]));
}

function fill(rgb: Uint8Array, [x, y, w, h]: Box, colour: readonly number[]): void {
  const { width, height } = SIZE;
  for (let row = Math.round(y * height); row < Math.round((y + h) * height); row += 1) {
    for (let column = Math.round(x * width); column < Math.round((x + w) * width); column += 1) {
      rgb.set(colour, (row * width + column) * 3);
    }
  }
}

const van = { colour: [200, 200, 205], box: [0.42, 0.4, 0.16, 0.3] } as const;

test("a parked van is the same in other noise, in other compression and a little brighter", async () => {
  const described = await take({ mover: van });
  for (const shot of [
    { mover: van, noise: 12, seed: 2 },
    { mover: van, quality: 50 },
    { mover: van, light: 8, noise: 6, seed: 3 },
  ]) {
    expect(isSameScene(await take(shot), described, calmly)).toBe(true);
  }
});

test.each([
  ["nobody", {}],
  ["a van of another colour", { mover: { ...van, colour: [170, 40, 40] } as const }],
  ["somebody beside the van", { mover: { colour: [30, 30, 60], box: [0.5, 0.45, 0.05, 0.3] } }],
  ["the van a length further", { mover: { ...van, box: [0.5, 0.4, 0.16, 0.3] } as const }],
  ["the same in the dark", { mover: van, light: -60 }],
] satisfies [string, Shot][])("%s where a van was described is another scene", async (_, shot) => {
  const described = await take({ mover: van });
  expect(isSameScene(await take({ ...shot, noise: 4, seed: 2 }), described, calmly)).toBe(false);
});

test("no two people of other size, place or clothes are taken for each other", async () => {
  const { width, height } = SIZE;
  const empty = paintYard(width, height, 7);
  const look = async (mover: Mover, atS: number) => {
    const rgb = Uint8Array.from(empty.rgb);
    paintMover({ width, height, rgb }, mover, atS);
    const jpeg = await toJpeg({ width, height, rgb }, { quality: 85 });
    return await (await openScenePicture(jpeg)).look([0.25, 0.2, 0.5, 0.7]);
  };
  const passage = { startS: 0, endS: 4, heightShare: 0.35, groundShare: 0.8 };
  const person = { ...passage, kind: "person", direction: "left-to-right" } as const;
  const clothes = [
    [176, 44, 40],
    [214, 196, 60],
    [34, 60, 120],
  ] as const;
  const looks = await Promise.all(
    clothes.flatMap((colour) => [1.8, 2.2].map((atS) => look({ ...person, clothes: colour }, atS))),
  );
  for (const [one, look] of looks.entries()) {
    const same = looks.filter((other) => isSameScene(look, other, { showsPeople: true }));
    expect([one, same.length]).toEqual([one, 1]);
  }
});

test("motion elsewhere, much smaller or much larger is not at the same place", () => {
  const region = toRegion([DOOR]);
  expect(isSamePlace(toRegion([[0.41, 0.31, 0.2, 0.5]]), region)).toBe(true);
  expect(isSamePlace(toRegion([[0.7, 0.3, 0.2, 0.5]]), region)).toBe(false);
  expect(isSamePlace(toRegion([[0.45, 0.4, 0.04, 0.1]]), region)).toBe(false);
  expect(isSamePlace(toRegion([[0, 0, 1, 1]]), region)).toBe(false);
});

test("a region lies inside the picture, holds its motion and is never a speck", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(share, share, share, share, (x, y, w, h) => {
      const box: Box = [x, y, Math.min(w, 1 - x), Math.min(h, 1 - y)];
      const [left, top, width, height] = toRegion([box]);
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(Math.max(left + width, top + height)).toBeLessThanOrEqual(1 + 1e-9);
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(0.1 - 1e-9);
      expect(left).toBeLessThanOrEqual(x + 1e-9);
      expect(left + width).toBeGreaterThanOrEqual(x + box[2] - 1e-9);
    }),
  );
});

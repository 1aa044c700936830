import { createHash } from "node:crypto";

import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";

import { toCrop } from "../../src/analysis/crop.ts";
import { familyOf, type ModelFamily } from "../../src/analysis/model-family.ts";
import {
  createCard,
  type Shot,
  toJpeg,
  toModelPicture,
  toThumbnail,
} from "../../src/analysis/picture.ts";
import type { Box, StillPicture } from "../../src/camera/frame.ts";

/** A dark yard with one red square. */
function createStill(width: number, height: number, square: Box): StillPicture {
  const rgb = new Uint8Array(width * height * 3).fill(30);
  const [x, y, w, h] = square;
  for (let row = Math.round(y * height); row < Math.round((y + h) * height); row += 1) {
    for (let column = Math.round(x * width); column < Math.round((x + w) * width); column += 1) {
      rgb.set([220, 20, 20], (row * width + column) * 3);
    }
  }
  return { width, height, rgb };
}

const NOW = Date.UTC(2026, 0, 1);

function show(jpeg: Uint8Array, boxes: readonly Box[], family: ModelFamily) {
  return toModelPicture({ jpeg, boxes, capturedAt: NOW }, [], family);
}

async function redShare(jpeg: Uint8Array): Promise<number> {
  const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  let red = 0;
  for (let at = 0; at < data.length; at += 3) {
    if ((data[at] ?? 0) > 150 && (data[at + 1] ?? 0) < 90) red += 1;
  }
  return red / (data.length / 3);
}

test("a kept picture has the size and the colours of what was decoded", async () => {
  const jpeg = await toJpeg(createStill(640, 360, [0.5, 0.5, 0.25, 0.25]), { quality: 80 });
  const { width, height, format } = await sharp(jpeg).metadata();
  expect({ width, height, format }).toEqual({ width: 640, height: 360, format: "jpeg" });
  expect(await redShare(jpeg)).toBeCloseTo(1 / 16, 2);
});

test("a decoded picture that is shorter than it states is refused", async () => {
  const still = { width: 640, height: 360, rgb: new Uint8Array(100) };
  await expect(toJpeg(still, { quality: 80 })).rejects.toMatchObject({ kind: "invalid" });
});

test("a thumbnail is as small as asked for, and still the whole of it", async () => {
  const noise = new Uint8Array(1920 * 1080 * 3).map((_, at) => (at * 2_654_435_761) >>> 24);
  const jpeg = await toJpeg({ width: 1920, height: 1080, rgb: noise }, { quality: 95 });
  const thumbnail = await toThumbnail(jpeg, { bytesMax: 20_000 });
  expect(thumbnail?.byteLength).toBeLessThanOrEqual(20_000);
  expect(await sizeOf(thumbnail ?? undefined)).toEqual({ width: 320, height: 180 });
  expect(await toThumbnail(jpeg, { bytesMax: 100 })).toBeNull();
  await expect(toThumbnail(noise, { bytesMax: 20_000 })).rejects.toMatchObject({ kind: "invalid" });
});

const llava = familyOf("llava:7b");
const square: Box = [0.7, 0.4, 0.05, 0.1];

async function sizeOf(jpeg: Uint8Array | undefined) {
  const { width, height } = await sharp(jpeg).metadata();
  return { width, height };
}

test("a model of one picture gets a sheet: the part that moved, larger, and the whole view", async () => {
  const jpeg = await toJpeg(createStill(1920, 1080, square), { quality: 90 });
  const { jpegs, layout } = await show(jpeg, [square], llava);
  const whole = await show(jpeg, [], llava);
  expect(whole.layout).toEqual({ form: "single", views: [{ shows: "whole", place: "" }] });
  expect(await sizeOf(whole.jpegs[0])).toEqual({ width: 672, height: 378 });

  expect(layout).toEqual({
    form: "sheet",
    views: [
      { shows: "part", place: "Above" },
      { shows: "whole", place: "Below" },
    ],
  });
  expect(jpegs).toHaveLength(1);
  const [sheet = new Uint8Array()] = jpegs;
  const { width, height } = await sizeOf(sheet);
  expect(Math.max(width, height)).toBeLessThanOrEqual(672);
  const part = await sharp(sheet).extract({ left: 0, top: 0, width, height: 378 }).toBuffer();
  expect(await redShare(part)).toBeGreaterThan(4 * (await redShare(whole.jpegs[0] ?? part)));
  const rest = { left: 0, top: 386, width: 400, height: height - 386 };
  expect(await redShare(await sharp(sheet).extract(rest).toBuffer())).toBeGreaterThan(0);
});

test("a model that keeps two pictures apart gets both in full", async () => {
  const jpeg = await toJpeg(createStill(1920, 1080, square), { quality: 90 });
  const { jpegs, layout, sha256 } = await show(jpeg, [square], familyOf("gemma3:4b"));
  expect(layout).toMatchObject({ form: "series", views: [{ shows: "part" }, { shows: "whole" }] });
  expect(await Promise.all(jpegs.map(sizeOf))).toEqual([
    { width: 640, height: 360 },
    { width: 896, height: 504 },
  ]);
  const [part = new Uint8Array(), whole = new Uint8Array()] = jpegs;
  expect(await redShare(part)).toBeGreaterThan(4 * (await redShare(whole)));
  expect(sha256).toBe(createHash("sha256").update(part).update(whole).digest("hex"));
});

/** The red square of three seconds and of one second before. */
async function createEarlier(): Promise<Shot[]> {
  const shots = [3_000, 1_000].map(async (agoMs) => {
    const box: Box = [0.1, 0.1, 0.05, 0.05];
    const jpeg = await toJpeg(createStill(1920, 1080, box), { quality: 90 });
    return { jpeg, boxes: [box], capturedAt: NOW - agoMs };
  });
  return await Promise.all(shots);
}

test("where a sheet has room left, it shows the motion of a moment before as well", async () => {
  const jpeg = await toJpeg(createStill(1920, 1080, square), { quality: 90 });
  const best = { jpeg, boxes: [square], capturedAt: NOW };
  const alone = await toModelPicture(best, [], llava);
  const { jpegs, layout } = await toModelPicture(best, await createEarlier(), llava);
  expect(layout.views).toEqual([
    { shows: "part", place: "Above" },
    { shows: "whole", place: "Below on the left" },
    { shows: "earlier", place: "Below on the right", secondsBefore: 1 },
  ]);
  const [sheet = new Uint8Array()] = jpegs;
  const { width, height } = await sizeOf(sheet);
  expect(Math.max(width, height)).toBeLessThanOrEqual(672);
  const right = { left: 344, top: 368, width: width - 344, height: height - 368 };
  expect(await redShare(await sharp(sheet).extract(right).toBuffer())).toBeGreaterThan(0.005);
  const main = { left: 0, top: 0, width: 640, height: 360 };
  const share = async (of: Uint8Array | undefined) =>
    redShare(await sharp(of).extract(main).toBuffer());
  expect(await share(sheet)).toBeCloseTo(await share(alone.jpegs[0]), 2);
});

test("a large mover is shown whole, with two moments before it", async () => {
  const large: Box = [0.05, 0.05, 0.9, 0.9];
  const jpeg = await toJpeg(createStill(1280, 720, large), { quality: 90 });
  const best = { jpeg, boxes: [large], capturedAt: NOW };
  const { layout } = await toModelPicture(best, await createEarlier(), llava);
  expect(layout.views.map(({ shows, place }) => `${place}: ${shows}`)).toEqual([
    "Above: whole",
    "Below on the left: earlier",
    "Below on the right: earlier",
  ]);
});

test("a model that keeps pictures apart gets the newest moment before as a third, at half size", async () => {
  const jpeg = await toJpeg(createStill(1920, 1080, square), { quality: 90 });
  const best = { jpeg, boxes: [square], capturedAt: NOW };
  const { jpegs, layout } = await toModelPicture(
    best,
    await createEarlier(),
    familyOf("gemma3:4b"),
  );
  expect(layout.form).toBe("series");
  expect(layout.views.at(-1)).toEqual({ shows: "earlier", place: "", secondsBefore: 1 });
  expect(await sizeOf(jpegs[2])).toEqual({ width: 448, height: 252 });
});

test("an earlier picture that is damaged is left out", async () => {
  const jpeg = await toJpeg(createStill(1920, 1080, square), { quality: 90 });
  const best = { jpeg, boxes: [square], capturedAt: NOW };
  const half = { ...best, jpeg: jpeg.subarray(0, jpeg.byteLength / 2), capturedAt: NOW - 2_000 };
  const { layout } = await toModelPicture(best, [half], llava);
  expect(layout.views.map(({ shows }) => shows)).toEqual(["part", "whole"]);
});

test("a model that sees little gets the part that moved alone", async () => {
  const jpeg = await toJpeg(createStill(1920, 1080, square), { quality: 90 });
  const { jpegs, layout } = await show(jpeg, [square], familyOf("bakllava"));
  expect(layout).toMatchObject({ form: "single", views: [{ shows: "part" }] });
  expect(await sizeOf(jpegs[0])).toEqual({ width: 336, height: 189 });
});

test("a grey picture makes a sheet as well", async () => {
  const rgb = await toJpeg(createStill(1920, 1080, square), { quality: 90 });
  const jpeg = await sharp(rgb).greyscale().jpeg().toBuffer();
  expect(await show(jpeg, [square], llava)).toMatchObject({ layout: { form: "sheet" } });
});

test("a small picture is shown whole and never enlarged", async () => {
  const jpeg = await toJpeg(createStill(320, 240, [0.1, 0.1, 0.1, 0.1]), { quality: 90 });
  const { jpegs, layout } = await show(jpeg, [[0.1, 0.1, 0.1, 0.1]], llava);
  expect(layout).toMatchObject({ form: "single", views: [{ shows: "whole" }] });
  expect(await sizeOf(jpegs[0])).toEqual({ width: 320, height: 240 });
});

test("the same picture always gives the same bytes, another picture others", async () => {
  const one = await toJpeg(createStill(640, 480, [0.1, 0.1, 0.2, 0.2]), { quality: 90 });
  const other = await toJpeg(createStill(640, 480, [0.6, 0.1, 0.2, 0.2]), { quality: 90 });
  const shown = await show(one, [square], llava);
  const again = await show(one, [square], llava);
  const different = await show(other, [square], llava);
  expect(again.sha256).toBe(shown.sha256);
  expect(different.sha256).not.toBe(shown.sha256);
});

test("bytes that are no picture are refused with a sentence", async () => {
  await expect(show(Buffer.from("not a picture"), [], llava)).rejects.toMatchObject({
    kind: "invalid",
    message: "The picture cannot be decoded.",
  });
});

test.each([[[]], [[square]]])("half a picture is refused", async (boxes: Box[]) => {
  const jpeg = await toJpeg(createStill(640, 480, [0.1, 0.1, 0.2, 0.2]), { quality: 90 });
  const half = show(jpeg.subarray(0, jpeg.byteLength / 2), boxes, llava);
  await expect(half).rejects.toMatchObject({ kind: "invalid" });
});

test("the card is a picture of the size asked for", async () => {
  const { width, height } = await sharp(await createCard({ sidePx: 672 })).metadata();
  expect({ width, height }).toEqual({ width: 672, height: 672 });
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const anyBox = fc.tuple(share, share, share, share).map(([x, y, w, h]): Box => {
  return [x, y, w * (1 - x), h * (1 - y)];
});
const anySize = fc.record({
  width: fc.integer({ min: 16, max: 4096 }),
  height: fc.integer({ min: 16, max: 4096 }),
});

test("every crop lies inside the picture, in whole pixels, and holds all of the motion", () => {
  fc.assert(
    fc.property(fc.array(anyBox, { minLength: 1, maxLength: 5 }), anySize, (boxes, size) => {
      const crop = toCrop(boxes, size);
      expect(Object.values(crop).every((side) => Number.isInteger(side) && side >= 0)).toBe(true);
      expect(crop.left + crop.width).toBeLessThanOrEqual(size.width);
      expect(crop.top + crop.height).toBeLessThanOrEqual(size.height);
      for (const [x, y, w, h] of boxes) {
        expect(crop.left).toBeLessThanOrEqual(Math.ceil(x * size.width) + 1);
        expect(crop.top).toBeLessThanOrEqual(Math.ceil(y * size.height) + 1);
        expect(crop.left + crop.width).toBeGreaterThanOrEqual(Math.floor((x + w) * size.width) - 1);
        expect(crop.top + crop.height).toBeGreaterThanOrEqual(
          Math.floor((y + h) * size.height) - 1,
        );
      }
    }),
  );
});

test("every crop keeps context: a third of the picture and 336 pixels, where there are so many", () => {
  fc.assert(
    fc.property(anyBox, anySize, (box, size) => {
      const crop = toCrop([box], size);
      for (const side of ["width", "height"] as const) {
        expect(crop[side]).toBeGreaterThanOrEqual(size[side] / 3);
        expect(crop[side]).toBeGreaterThanOrEqual(Math.min(336, size[side]));
      }
    }),
  );
});

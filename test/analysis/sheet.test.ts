import fc from "fast-check";
import { expect, test } from "vitest";

import { needsWhole, planSheet } from "../../src/analysis/sheet.ts";

const SIDE = 672;
const hd = { width: 1920, height: 1080 };

test("a wide part stands above the whole view, a tall one beside it", () => {
  expect(planSheet({ width: 1000, height: 500 }, hd, SIDE)).toEqual({
    ...{ layout: "sheet-above", width: 672, height: 672 },
    part: { left: 0, top: 0, width: 672, height: 336 },
    whole: { left: 0, top: 344, width: 583, height: 328 },
  });
  expect(planSheet({ width: 640, height: 1080 }, hd, SIDE)).toMatchObject({
    layout: "sheet-beside",
    part: { left: 0, top: 0, width: 398, height: 672 },
    whole: { left: 406, top: 0, width: 266, height: 149 },
  });
});

test("a part that is not nearly square loses nothing, and no part a third of its side", () => {
  const alone = (part: { width: number; height: number }) =>
    Math.min(SIDE / part.width, SIDE / part.height) * part.width;
  for (let width = 540; width <= 2160; width += 20) {
    const part = { width, height: 1080 };
    const kept = (planSheet(part, hd, SIDE)?.part.width ?? 0) / alone(part);
    expect(kept).toBeGreaterThan(2 / 3);
    if (width / 1080 < 0.6 || width / 1080 > 1.42) expect(kept).toBeGreaterThan(0.99);
  }
});

test("the whole view is shown beside a part that is a small one of a large picture", () => {
  expect(needsWhole({ width: 640, height: 360 }, hd, SIDE)).toBe(true);
  expect(needsWhole({ width: 1200, height: 700 }, hd, SIDE)).toBe(false);
  expect(needsWhole({ width: 336, height: 336 }, { width: 640, height: 360 }, SIDE)).toBe(false);
});

test("what sees no more than one tile gets no sheet", () => {
  expect(planSheet({ width: 640, height: 360 }, hd, 336)).toBeNull();
});

test("both views lie on the sheet, apart, in their own shape, and are never enlarged", () => {
  const size = fc.record({
    width: fc.integer({ min: 336, max: 4096 }),
    height: fc.integer({ min: 336, max: 4096 }),
  });
  const shares = fc.tuple(
    fc.double({ min: 0.1, max: 1, noNaN: true }),
    fc.double({ min: 0.1, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(size, shares, (whole, [across, down]) => {
      const part = {
        width: Math.ceil(whole.width * across),
        height: Math.ceil(whole.height * down),
      };
      const sheet = planSheet(part, whole, SIDE);
      if (!sheet) throw new Error("no sheet");
      expect(Math.max(sheet.width, sheet.height)).toBeLessThanOrEqual(SIDE);
      for (const [view, source] of [
        [sheet.part, part],
        [sheet.whole, whole],
      ] as const) {
        expect(view.left + view.width).toBeLessThanOrEqual(sheet.width);
        expect(view.top + view.height).toBeLessThanOrEqual(sheet.height);
        expect(view.width).toBeLessThanOrEqual(source.width);
        const scale = view.width / source.width;
        expect(Math.abs(view.height - source.height * scale)).toBeLessThan(
          1 + source.height / source.width,
        );
      }
      const isApart = sheet.whole.top >= sheet.part.height || sheet.whole.left >= sheet.part.width;
      expect(isApart).toBe(true);
    }),
  );
});

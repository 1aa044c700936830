import fc from "fast-check";
import { expect, test } from "vitest";

import { needsWhole, planSheet, type Size, type View } from "../../src/analysis/sheet.ts";

const SIDE = 672;
function plan(main: Size, whole: Size | null, earlier: readonly Size[] = [], sidePx = SIDE) {
  return planSheet({ main, whole, earlier }, sidePx);
}

const hd = { width: 1920, height: 1080 };

test("a wide part stands above the whole view, a tall one beside it", () => {
  expect(plan({ width: 1000, height: 500 }, hd)).toEqual({
    ...{ width: 672, height: 672 },
    main: { place: "Above", left: 0, top: 0, width: 672, height: 336 },
    whole: { place: "Below", left: 0, top: 344, width: 583, height: 328 },
    earlier: [],
  });
  expect(plan({ width: 640, height: 1080 }, hd)).toMatchObject({
    main: { place: "On the left", left: 0, top: 0, width: 398, height: 672 },
    whole: { place: "On the right", left: 406, top: 0, width: 266, height: 149 },
  });
});

test("a part that is not nearly square loses nothing, and no part a third of its side", () => {
  const alone = (part: { width: number; height: number }) =>
    Math.min(SIDE / part.width, SIDE / part.height) * part.width;
  for (let width = 540; width <= 2160; width += 20) {
    const part = { width, height: 1080 };
    const kept = (plan(part, hd)?.main.width ?? 0) / alone(part);
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
  expect(plan({ width: 640, height: 360 }, hd, [], 336)).toBeNull();
});

test("earlier moments take the room that is left, the newest first, and none of the main view", () => {
  const part = { width: 640, height: 360 };
  const sheet = plan(part, hd, [part, part]);
  expect(sheet?.main).toEqual(plan(part, hd)?.main);
  expect(sheet?.earlier).toEqual([
    { place: "Below on the right", left: 340, top: 368, width: 332, height: 186 },
  ]);
  expect(plan(part, null, [part, part])?.earlier.map(({ place }) => place)).toEqual([
    "Below on the left",
    "Below on the right",
  ]);
});

test("a square picture leaves no room for an earlier moment", () => {
  const square = { width: 672, height: 672 };
  expect(plan(square, null, [square])).toBeNull();
});

test("all views lie on the sheet, apart, in their own shape, and are never enlarged", () => {
  const size = fc.record({
    width: fc.integer({ min: 336, max: 4096 }),
    height: fc.integer({ min: 336, max: 4096 }),
  });
  fc.assert(
    fc.property(size, fc.option(size), fc.array(size, { maxLength: 2 }), (main, whole, earlier) => {
      const sheet = plan(main, whole, earlier);
      if (!sheet) {
        expect(whole).toBeNull();
        return;
      }
      expect(Math.max(sheet.width, sheet.height)).toBeLessThanOrEqual(SIDE);
      const left = earlier.slice(earlier.length - sheet.earlier.length);
      const shown = [
        { view: sheet.main, source: main },
        ...(whole && sheet.whole ? [{ view: sheet.whole, source: whole }] : []),
        ...sheet.earlier.map((view, index) => ({ view, source: left[index] ?? main })),
      ];
      expect(sheet.whole === null).toBe(whole === null);
      for (const { view, source } of shown) {
        expect(view.left + view.width).toBeLessThanOrEqual(sheet.width);
        expect(view.top + view.height).toBeLessThanOrEqual(sheet.height);
        expect(view.width).toBeLessThanOrEqual(source.width);
        const scale = view.width / source.width;
        expect(Math.abs(view.height - source.height * scale)).toBeLessThan(
          1 + source.height / source.width,
        );
      }
      const views = shown.map(({ view }) => view);
      const meet = views.flatMap((one, index) =>
        views.slice(index + 1).filter((other) => overlap(one, other)),
      );
      expect(meet).toEqual([]);
      expect(new Set(views.map(({ place }) => place)).size).toBe(views.length);
    }),
  );
});

function overlap(one: View, other: View): boolean {
  const isBeside = one.left + one.width <= other.left || other.left + other.width <= one.left;
  const isAbove = one.top + one.height <= other.top || other.top + other.height <= one.top;
  return !isBeside && !isAbove;
}

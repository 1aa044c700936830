import { expect, test } from "vitest";

import { toVisiblePixels } from "../../src/motion/mask.ts";

/** The pixels as rows of text: `#` is masked. */
function draw(width: number, height: number, masks: Parameters<typeof toVisiblePixels>[2]) {
  const visible = toVisiblePixels(width, height, masks);
  return Array.from({ length: height }, (_, y) =>
    Array.from(visible.subarray(y * width, (y + 1) * width), (pixel) => (pixel ? "." : "#")).join(
      "",
    ),
  );
}

test("without masks every pixel counts", () => {
  expect(draw(3, 2, [])).toEqual(["...", "..."]);
});

test("a rectangle covers the pixels whose centres lie in it", () => {
  const corner = [
    [0, 0],
    [0.5, 0],
    [0.5, 0.5],
    [0, 0.5],
  ] as const;
  expect(draw(4, 4, [corner])).toEqual(["##..", "##..", "....", "...."]);
});

test("a triangle, a hollow shape and two masks at once are drawn as they are", () => {
  const triangle = [
    [0, 0],
    [1, 0],
    [0, 1],
  ] as const;
  expect(draw(4, 4, [triangle])).toEqual(["###.", "##..", "#...", "...."]);

  const horseshoe = [
    [0, 0],
    [0.25, 0],
    [0.25, 0.75],
    [0.75, 0.75],
    [0.75, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const;
  expect(draw(4, 4, [horseshoe])).toEqual(["#..#", "#..#", "#..#", "####"]);

  const left = [
    [0, 0],
    [0.25, 0],
    [0.25, 1],
    [0, 1],
  ] as const;
  const right = [
    [0.75, 0],
    [1, 0],
    [1, 1],
    [0.75, 1],
  ] as const;
  expect(draw(4, 1, [left, right])).toEqual(["#..#"]);
});

test("a polygon that reaches beyond the picture is cut at its border", () => {
  const wide = [
    [-1, -1],
    [2, -1],
    [2, 0.5],
    [-1, 0.5],
  ] as const;
  expect(draw(3, 2, [wide])).toEqual(["###", "..."]);
});

test("a polygon of fewer than three corners masks nothing", () => {
  expect(
    draw(2, 2, [
      [],
      [[0, 0]],
      [
        [0, 0],
        [1, 1],
      ],
    ]),
  ).toEqual(["..", ".."]);
});

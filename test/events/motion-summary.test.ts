import { expect, test } from "vitest";

import type { Box } from "../../src/camera/frame.ts";
import { toMotionSummary } from "../../src/events/motion-summary.ts";

const START = Date.UTC(2026, 5, 1);
const left: Box = [0, 0.4, 0.1, 0.2];
const right: Box = [0.9, 0.4, 0.1, 0.2];
const top: Box = [0.4, 0, 0.1, 0.2];
const bottom: Box = [0.4, 0.8, 0.1, 0.2];
const middle: Box = [0.4, 0.4, 0.1, 0.4];

function summary(options: {
  boxes?: Box[];
  peakBox?: Box | null;
  seconds?: number;
  lasts?: boolean;
  zones?: string[];
}) {
  const { boxes = [left, right], peakBox = middle, seconds = 9, lasts = false } = options;
  const endedAt = START + seconds * 1000;
  const step = (endedAt - START) / Math.max(1, boxes.length - 1);
  return toMotionSummary({
    startedAt: START,
    endedAt: lasts ? null : endedAt,
    path: boxes.map((box, index) => ({ at: START + index * step, box })),
    peakBox,
    zones: options.zones ?? [],
  });
}

test("a motion that crosses the picture is told from edge to edge", () => {
  expect(summary({})).toBe(
    "Motion for 9 s: entered from the left, left on the right, at its largest 4 % of the picture (small).",
  );
});

test("the zones that a motion was in are named", () => {
  expect(summary({ zones: ["Gate"] })).toContain("entered from the left, was in Gate, left on");
  expect(summary({ zones: ["Gate", "Yard", "Dock"] })).toContain("was in Gate, Yard and Dock,");
});

test.each([
  [left, "entered from the left"],
  [right, "entered from the right"],
  [top, "entered from the top"],
  [bottom, "entered from the bottom"],
  [middle, "appeared in the middle"],
])("a first box at %j is told as: %s", (box, words) => {
  expect(summary({ boxes: [box, middle] })).toContain(words);
});

test.each([
  [left, "left on the left"],
  [right, "left on the right"],
  [top, "left at the top"],
  [bottom, "left at the bottom"],
  [middle, "came to rest or vanished in the middle"],
])("a last box at %j is told as: %s", (box, words) => {
  expect(summary({ boxes: [middle, box] })).toContain(words);
});

test("a box across the whole width says nothing of left and right", () => {
  expect(summary({ boxes: [[0, 0.3, 1, 0.4], right] })).toContain("appeared in the middle");
  expect(summary({ boxes: [[0, 0.6, 1, 0.4], right] })).toContain("entered from the bottom");
});

test.each([
  [0.002, "less than 1 % of the picture (tiny)"],
  [0.04, "4 % of the picture (small)"],
  [0.1, "10 % of the picture (medium)"],
  [0.3, "30 % of the picture (large)"],
  [0.8, "80 % of the picture (most of the view)"],
])("a share of %d reads: %s", (share, words) => {
  expect(summary({ peakBox: [0, 0, 1, share], boxes: [] })).toContain(words);
});

test.each([
  [0.2, "less than 1 s"],
  [1, "1 s"],
  [59.4, "59 s"],
  [60, "1 min"],
  [150, "2 min 30 s"],
  [3600, "1 h"],
  [5400, "1 h 30 min"],
])("%d seconds read: %s", (seconds, words) => {
  expect(summary({ seconds })).toMatch(new RegExp(`^Motion for ${words}:`));
});

test("while it lasts it is told so far, without an exit", () => {
  expect(summary({ lasts: true })).toBe(
    "Motion for 9 s so far: entered from the left, at its largest 4 % of the picture (small).",
  );
});

test("with nothing known but the time it is still a sentence", () => {
  expect(summary({ boxes: [], peakBox: null })).toBe("Motion for 9 s.");
  expect(summary({ boxes: [], peakBox: null, lasts: true })).toBe(
    "Motion for less than 1 s so far.",
  );
});

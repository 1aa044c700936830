import { expect, test } from "vitest";

import { createAttention } from "../../src/motion/attention.ts";
import type { MotionReason } from "../../src/motion/detector.ts";
import { explain } from "../../src/motion/explanation.ts";
import { type MoverMeasures, toSignificance } from "../../src/motion/significance.ts";
import { createMover, noHabit, toScore } from "../support/movers.ts";

function explainMover(given: Partial<MoverMeasures>, threshold = 0.3): string {
  const measures = { area: 0.02, movedShare: 1, contrast: 3, ageSeconds: 2, rarity: 1, ...given };
  const significance = toSignificance(measures);
  return explain(toScore([createMover([0, 0, 0.1, 0.1], { significance, measures })]), threshold);
}

test("what reaches the threshold is said with all that it was made of", () => {
  expect(explainMover({})).toBe(
    "Significance 0.86 reaches the threshold of 0.3: " +
      "size 2.0 %, coherence 1.00, persistence 2.00, contrast 3.0.",
  );
});

test("what one factor alone kept below is said to lack it", () => {
  expect(explainMover({ movedShare: 0 }, 0.7)).toContain(
    "below the threshold of 0.7 for lack of coherence:",
  );
  expect(explainMover({ ageSeconds: 0 }, 0.8)).toContain("for lack of persistence:");
  expect(explainMover({ movedShare: 0, ageSeconds: 0 }, 0.55)).toContain(
    "for lack of coherence or lack of persistence:",
  );
});

test("what is usual at its place and hour is said to be so", () => {
  const sentence = explainMover({ rarity: 0.75 }, 0.8);
  expect(sentence).toContain("for being usual here at this hour:");
  expect(sentence).toContain("rarity 0.75 at this place and hour");
});

test("what no factor alone would have lifted is too small", () => {
  expect(explainMover({ area: 0.0001 })).toMatch(/^Significance 0\.13 is below .* for its size: /);
});

test("without anything that counts the reason is said in words", () => {
  const reasons: MotionReason[] = ["settling", "quiet", "whole-picture-changed", "masked"];
  const sentences = reasons.map((why) => explain({ ...toScore([]), why }, 0.3));
  expect(new Set(sentences).size).toBe(reasons.length);

  const attention = createAttention({ zones: [], minArea: 0.1 }, noHabit);
  const small = attention.weigh({ capturedAt: 0 }, toScore([createMover([0, 0, 0.1, 0.1])]));
  expect(explain(small, 0.3)).toContain("smaller than the least size");
});

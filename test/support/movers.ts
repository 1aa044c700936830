import type { Box } from "../../src/camera/frame.ts";
import type { MotionScore, Mover } from "../../src/motion/detector.ts";

/** A thing that moved, as the detector tells of it. */
export function createMover(box: Box, given: Partial<Mover> = {}): Mover {
  const area = given.area ?? box[2] * box[3];
  return {
    box,
    area,
    significance: 0.5,
    confidence: 0.8,
    measures: { area, movedShare: 1, contrast: 3, ageSeconds: 1, rarity: 1 },
    counts: true,
    zones: [],
    ...given,
  };
}

/** Of a place of which nothing is known. */
export const noHabit = { rarityOf: () => 1, restlessnessOf: () => 0 };

/** The detector's score of these movers, largest first. */
export function toScore(movers: readonly Mover[]): MotionScore {
  return {
    significance: movers[0]?.significance ?? 0,
    confidence: movers[0]?.confidence ?? 0,
    boxes: movers.map(({ box }) => box),
    area: movers.reduce((sum, { area }) => sum + area, 0),
    why: movers.length > 0 ? "moving" : "quiet",
    movers,
  };
}

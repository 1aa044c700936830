/**
 * In: a score, what the operator asked for, and what is usual at the place. Out: the same score of
 * what counts alone, weighed by how rare it is. What does not count stays among the movers, so that a
 * motion can be followed to where it came from and left.
 */
import type { Box, Frame } from "../camera/frame.ts";
import type { MotionReason, MotionScore, Mover } from "./detector.ts";
import type { Habit } from "./habit.ts";
import { toSignificance } from "./significance.ts";
import { reachesInto, type Zone } from "./zone.ts";

export interface AttentionRules {
  /** Only what reaches into one of them counts; everywhere when empty. */
  zones: readonly Zone[];
  /** The least box that counts, as a share of the picture. */
  minArea: number;
}

export interface Attention {
  weigh(frame: Pick<Frame, "capturedAt">, score: MotionScore): MotionScore;
  /** Other rules from the next score on. */
  retune(rules: AttentionRules): void;
}

export function createAttention(rules: AttentionRules, habit: Pick<Habit, "rarityOf">): Attention {
  let inForce = rules;
  return {
    weigh({ capturedAt }, score) {
      const rarityOf = ({ box }: Mover) => habit.rarityOf(box, capturedAt);
      return attend(withRarity(score, rarityOf), inForce);
    },
    retune(other) {
      inForce = other;
    },
  };
}

function withRarity(score: MotionScore, rarityOf: (mover: Mover) => number): MotionScore {
  const movers = score.movers.map((mover): Mover => {
    const rarity = rarityOf(mover);
    if (rarity === 1) return mover;
    const measures = { ...mover.measures, rarity };
    return { ...mover, measures, significance: toSignificance(measures) };
  });
  return { ...score, significance: movers[0]?.significance ?? score.significance, movers };
}

function attend(score: MotionScore, { zones, minArea }: AttentionRules): MotionScore {
  if (score.movers.length === 0 || (zones.length === 0 && minArea === 0)) return score;
  const movers = score.movers.map((mover): Mover => {
    const names = zones.filter(({ polygon }) => reachesInto(mover.box, polygon));
    const isWanted = zones.length === 0 || names.length > 0;
    const counts = isWanted && toArea(mover.box) >= minArea;
    return { ...mover, counts, zones: names.map(({ name }) => name) };
  });
  if (movers.every(({ counts }) => counts)) return { ...score, movers };
  const counting = movers.filter(({ counts }) => counts);
  return { ...score, ...sumUp(counting), why: explainLoss(movers, minArea) ?? score.why, movers };
}

/** What is said of a whole score, said of some of its movers; largest first. */
export function sumUp(
  movers: readonly Mover[],
): Pick<MotionScore, "significance" | "confidence" | "boxes" | "area"> {
  return {
    significance: movers[0]?.significance ?? 0,
    confidence: movers[0]?.confidence ?? 0,
    boxes: movers.map(({ box }) => box),
    area: movers.reduce((sum, { area }) => sum + area, 0),
  };
}

/** Null when something counts. */
function explainLoss(movers: readonly Mover[], minArea: number): MotionReason | null {
  if (movers.some(({ counts }) => counts)) return null;
  return movers.some(({ box }) => toArea(box) >= minArea) ? "outside-zones" : "too-small";
}

function toArea([, , width, height]: Box): number {
  return width * height;
}

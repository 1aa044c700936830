/**
 * In: a score, what the operator asked for, and what is usual at the place. Out: the same score of
 * what counts alone, weighed by how rare it is and how
 * restless its place. What does not count stays among the movers, so that a
 * motion can be followed to where it came from and left.
 */
import type { Box, Frame } from "../camera/frame.ts";
import type { MotionReason, MotionScore, Mover } from "./detector.ts";
import type { Habit } from "./habit.ts";
import type { RestlessPlaces } from "./restless.ts";
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

export function createAttention(
  rules: AttentionRules,
  place: Pick<Habit, "rarityOf"> & Pick<RestlessPlaces, "restlessnessOf">,
): Attention {
  let inForce = rules;
  return {
    weigh({ capturedAt }, score) {
      const weighed = weighMovers(score, (box) => ({
        rarity: place.rarityOf(box, capturedAt),
        restlessness: place.restlessnessOf(box),
      }));
      return attend(weighed, inForce);
    },
    retune(other) {
      inForce = other;
    },
  };
}

function weighMovers(
  score: MotionScore,
  usualAt: (box: Box) => { rarity: number; restlessness: number },
): MotionScore {
  const movers = score.movers.map((mover): Mover => {
    const { rarity, restlessness } = usualAt(mover.box);
    if (rarity === 1 && restlessness === 0) return mover;
    const measures = { ...mover.measures, rarity, restlessness };
    return { ...mover, measures, significance: toSignificance(measures) };
  });
  if (movers.every((mover, index) => mover === score.movers[index])) return score;
  // A small walker must not hide behind the large tree that is weighed down.
  const most = movers.toSorted((one, other) => other.significance - one.significance);
  return { ...score, ...sumUp(most), movers: most };
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

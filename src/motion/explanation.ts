/** In: a score and the threshold. Out: one plain sentence with the numbers, for whoever tunes. */
import type { MotionReason, MotionScore, Mover } from "./detector.ts";
import type { RestlessPlace } from "./restless.ts";
import { toCalmness, toCoherence, toPersistence } from "./significance.ts";

export function explain(score: MotionScore, significanceThreshold: number): string {
  const [mover] = score.movers.filter(({ counts }) => counts);
  if (!mover) return SENTENCES[score.why];
  const verdict =
    score.significance >= significanceThreshold
      ? `reaches the threshold of ${significanceThreshold}`
      : `is below the threshold of ${significanceThreshold} for ${findLack(mover, significanceThreshold)}`;
  return `Significance ${toFixed(score.significance)} ${verdict}: ${listMeasures(mover).join(", ")}.`;
}

/** Null when no place is restless. */
export function explainRestless(places: readonly RestlessPlace[]): string | null {
  const [most] = places;
  if (!most) return null;
  const cells = places.length === 1 ? "One place moves" : `${places.length} places move`;
  return (
    `${cells} much of the time without anything that comes or goes, up to ` +
    `${(most.share * 100).toFixed(0)} % of it: what stays wholly within weighs less.`
  );
}

/** What a mover's significance and confidence were made of. */
export function listMeasures({ measures }: Pick<Mover, "measures">): string[] {
  const { area, movedShare, ageSeconds, contrast, rarity, restlessness = 0 } = measures;
  return [
    `size ${(area * 100).toFixed(area < 0.01 ? 2 : 1)} %`,
    `coherence ${toFixed(toCoherence(movedShare))}`,
    `persistence ${toFixed(toPersistence(ageSeconds))}`,
    `contrast ${contrast.toFixed(1)}`,
    ...(rarity === 1 ? [] : [`rarity ${toFixed(rarity)} at this place and hour`]),
    ...(restlessness === 0 ? [] : [`restlessness ${toFixed(restlessness)} of this place`]),
  ];
}

const SENTENCES: Readonly<Record<MotionReason, string>> = {
  settling: "The scene is still being learned.",
  quiet: "Nothing moves.",
  moving: "Something moves.",
  "not-yet-coherent": "Something changed, but not for long enough in one place to be a mover.",
  "whole-picture-changed": "The whole picture changed at once: that is light, not a mover.",
  masked: "All of the picture is masked.",
  "outside-zones": "Something moves, but outside of every zone.",
  "too-small": "Something moves, but it is smaller than the least size (min_area).",
};

const PERSISTENCE_MAX = 2;

/** The factors of which one alone, at its best, would have been enough; the size when none would. */
function findLack({ significance, measures }: Mover, threshold: number): string {
  const neededWeight = (Math.log(1 - threshold) / Math.log(1 - significance)) ** 2;
  const gains = [
    { name: "lack of coherence", gain: 1 / toCoherence(measures.movedShare) },
    { name: "lack of persistence", gain: PERSISTENCE_MAX / toPersistence(measures.ageSeconds) },
    // The rarity stands outside of the root that the others are under.
    { name: "being usual here at this hour", gain: (1 / measures.rarity) ** 2 },
    {
      name: "lying in a place that always moves",
      gain: (1 / toCalmness(measures.restlessness ?? 0)) ** 2,
    },
  ];
  const enough = gains.filter(({ gain }) => gain >= neededWeight).map(({ name }) => name);
  return enough.length > 0 ? enough.join(" or ") : "its size";
}

function toFixed(value: number): string {
  return value.toFixed(2);
}

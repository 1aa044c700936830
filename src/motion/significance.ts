/**
 * The two numbers of a score, from what was measured of the largest mover.
 *
 * Significance: how much does it matter? It grows with the mover's size, and flattens, so that the
 * whole range of a threshold is of use: at the default of 0.3 a walker a tenth of the picture high
 * counts, 0.6 asks for about 1 % of the picture, 0.9 for about 5 %. The size is weighed before:
 *
 *   coherence    1/4 .. 1   the share of the mover's pixels that differ from the last frame, too.
 *                           A thing that travels changes nearly all of them; what was left behind
 *                           or only trembles changes few.
 *   persistence  1 .. 2     grows over the first two seconds: a far walker who keeps walking earns
 *                           what a large thing has at once.
 *
 *   rarity       3/4 .. 5/4 how unusual motion is at that place and hour, as far as it was learned
 *                           (habit.ts); 1 where nothing is known.
 *
 *   calmness     1/5 .. 1   how calm the place is otherwise (restless.ts); 1 where nothing is known.
 *
 *   significance = 1 - exp(-rarity * calmness * sqrt(area * coherence * persistence / 0.01))
 *
 * Confidence: is it there at all? Clarity is how far the changed pixels lie above their own noise
 * threshold on average (1 is just above, as noise would be); patience grows within the first
 * second. Both must be high:
 *
 *   confidence = (1 - exp(-(contrast - 1) / 2)) * (1 - exp(-seconds / 0.5))
 */
export interface MoverMeasures {
  /** Changed pixels as a share of the picture, divided by what sensitivity makes of it. */
  area: number;
  /** Share of the changed pixels that differ from the last frame, too. */
  movedShare: number;
  /** Mean ratio of a changed pixel's excess to its threshold; never below 1. */
  contrast: number;
  /** For how long it has been followed. */
  ageSeconds: number;
  /** How unusual motion is there at that hour; 1 when not known. */
  rarity: number;
  /** How restless the place is, 0..1; not at all when absent. */
  restlessness?: number;
}

const REFERENCE_AREA = 0.01;
const PERSISTENCE_SECONDS = 2;
const RESTLESS_COST = 0.8;
const CLARITY_SCALE = 2;
const PATIENCE_SECONDS = 0.5;

export function toSignificance(measures: MoverMeasures): number {
  const { area, movedShare, ageSeconds, rarity, restlessness = 0 } = measures;
  const coherence = toCoherence(movedShare);
  const persistence = toPersistence(ageSeconds);
  const weight = Math.sqrt((area * coherence * persistence) / REFERENCE_AREA);
  return 1 - Math.exp(-rarity * toCalmness(restlessness) * weight);
}

export function toCalmness(restlessness: number): number {
  return 1 - RESTLESS_COST * restlessness;
}

export function toCoherence(movedShare: number): number {
  return 0.25 + 0.75 * movedShare;
}

export function toPersistence(ageSeconds: number): number {
  return 1 + Math.min(1, ageSeconds / PERSISTENCE_SECONDS);
}

export function toConfidence({ contrast, ageSeconds }: MoverMeasures): number {
  const clarity = 1 - Math.exp(-Math.max(0, contrast - 1) / CLARITY_SCALE);
  const patience = 1 - Math.exp(-ageSeconds / PATIENCE_SECONDS);
  return clarity * patience;
}

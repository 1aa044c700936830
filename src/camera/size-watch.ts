/**
 * Whether the compressed sizes of a stream say that something begins to move. Pure, and costs next
 * to nothing: nothing is decoded.
 *
 * What moves cannot be predicted from the picture before, so the units between key units grow. How
 * large a calm one is depends on where in its group it stands, so each position is compared with
 * its own running mean, on a logarithmic scale, in units of the usual deviation. A single jump
 * counts, and so does a growth that is small but lasts: what exceeds the drift is added up, and
 * calm units wear the sum off again (a one-sided CUSUM).
 *
 * Sizes are only ever a reason to look. What was seen then teaches how far they can be trusted.
 */
export interface SizeWatch {
  /** Each unit in order; true when this one is a reason to look. */
  observe(unit: MeasuredUnit): boolean;
  /** The pictures were looked at: was there something? */
  learn(wasRight: boolean): void;
}

export interface MeasuredUnit {
  key: boolean;
  timestampMs: number;
  byteCount: number;
}

/** In usual deviations. */
const DRIFT = 0.7;
const SUM_HIGH = 15;
const JUMP_HIGH = 8;
const LEARNING_MS = 8_000;
const POSITIONS_MAX = 256;
/** Shares by which means and deviation follow: while learning, when calm, when alarmed. */
const MEAN_PACE = { learning: 0.3, calm: 0.08, alarmed: 0.01 };
const DEVIATION_PACE = { learning: 0.05, calm: 0.01, alarmed: 0.001 };
const DEVIATION_FIRST = 0.15;
const DEVIATION_LEAST = 0.03;
/** The mean absolute deviation, times this, is the standard deviation of noise. */
const MEAN_TO_STANDARD = 1.25;
/** Tiny units all count alike. */
const BYTES_FLOOR = 64;
/** Each false alarm makes the next one harder by this, down to where sizes say almost nothing. */
const DOUBT_STEP = 1.6;
const DOUBT_MAX = 10;

export function createSizeWatch(): SizeWatch {
  const means: number[] = [];
  let anyMean: number | null = null;
  let deviation = DEVIATION_FIRST;
  let position = 0;
  let sum = 0;
  let doubt = 1;
  let firstMs: number | null = null;

  const follow = (at: number, size: number, phase: keyof typeof MEAN_PACE): void => {
    const apart = size - (means[at] ?? size);
    means[at] = (means[at] ?? size) + apart * MEAN_PACE[phase];
    anyMean = (anyMean ?? size) + (size - (anyMean ?? size)) * 0.05;
    const spread = Math.min(Math.abs(apart), 3 * deviation) * MEAN_TO_STANDARD;
    deviation += (spread - deviation) * DEVIATION_PACE[phase];
    deviation = Math.max(DEVIATION_LEAST, deviation);
  };

  return {
    observe({ key, timestampMs, byteCount }) {
      firstMs ??= timestampMs;
      if (key) {
        position = 0;
        return false;
      }
      const size = Math.log2(byteCount + BYTES_FLOOR);
      const at = Math.min(position, POSITIONS_MAX - 1);
      position += 1;
      means[at] ??= anyMean ?? size;
      const excess = (size - means[at]) / deviation;
      sum = Math.max(0, Math.min(sum + excess - DRIFT, 2.5 * SUM_HIGH * doubt));
      const isLearning = timestampMs - firstMs < LEARNING_MS;
      const isAlarmed = !isLearning && (sum > SUM_HIGH * doubt || excess > JUMP_HIGH * doubt);
      follow(at, size, toPhase(isLearning, isAlarmed));
      return isAlarmed;
    },
    learn(wasRight) {
      doubt = wasRight ? Math.max(1, doubt / DOUBT_STEP) : Math.min(DOUBT_MAX, doubt * DOUBT_STEP);
      if (!wasRight) sum = 0;
    },
  };
}

function toPhase(isLearning: boolean, isAlarmed: boolean): keyof typeof MEAN_PACE {
  if (isLearning) return "learning";
  return isAlarmed ? "alarmed" : "calm";
}

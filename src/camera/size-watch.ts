/**
 * Whether the compressed sizes of a stream say that something begins to move. Pure, and costs next
 * to nothing: nothing is decoded.
 *
 * What moves cannot be predicted from the picture before, so the units between key units grow. How
 * large a calm one is depends on where in its group it stands, and on how coarsely it is quantised:
 * an encoder that holds its bit rate answers motion with coarser steps, not with larger units. What
 * both usually make of a size is learned from the stream itself, on a logarithmic scale, for in the
 * noise of a sensor a step costs many times what the textbook says.
 *
 * A small mover adds less than a unit differs from the next. So the mean excess of the last second
 * counts, against what that mean usually is. It only is a reason to look; what was seen then teaches
 * how far it can be trusted.
 */
import type { UnitMeasures } from "./unit-measure.ts";

export interface SizeWatch {
  /** Each unit in order: what it and those of the last second are, all in all. */
  observe(unit: MeasuredUnit): Size;
  /** The pictures were looked at: was there something? */
  learn(wasRight: boolean): void;
}

/** Raised: more than usual, as calm ones are time and again. Alarming: as they seldom are. */
export type Size = "usual" | "raised" | "alarming";

export interface MeasuredUnit extends UnitMeasures {
  key: boolean;
  timestampMs: number;
}

const WINDOW_MS = 1_000;
/** In usual deviations of the window's mean. */
const MEAN_RAISED = 0.3;
const MEAN_HIGH = 2.4;
const LEARNING_MS = 8_000;
const POSITIONS_MAX = 256;
/** Tiny units all count alike. */
const BYTES_FLOOR = 64;
/** A single unit counts for no more than this, in usual deviations of units. */
const EXCESS_MAX = 4;
/** What a step of the quantiser that was never seen before does to a size, until it is learned. */
const STEP = 1 / 6;
/** Shares by which levels and deviations follow: while learning, when calm, when alarmed. */
const LEVEL_PACE = { learning: 0.08, calm: 0.08, alarmed: 0.01 };
const DEVIATION_PACE = { learning: 0.01, calm: 0.004, alarmed: 0.001 };
const DEVIATION_FIRST = 0.3;
/** So many units the first guess counts for. */
const DEVIATION_FIRST_COUNT = 30;
const DEVIATION_LEAST = { unit: 0.03, window: 0.02 };
/** The mean absolute deviation, times this, is the standard deviation of noise. */
const MEAN_TO_STANDARD = 1.25;
/** Each false alarm makes the next one harder by this, down to where sizes say almost nothing. */
const DOUBT_STEP = 1.3;
const DOUBT_MAX = 20;

export function createSizeWatch(): SizeWatch {
  const places = createLevels(0);
  const steps = createLevels(-STEP);
  const unitSpread = createSpread(DEVIATION_LEAST.unit);
  const windowSpread = createSpread(DEVIATION_LEAST.window);
  const trail = createTrail();
  let position = 0;
  let doubt = 1;
  let firstMs: number | null = null;

  return {
    observe({ key, timestampMs, byteCount, quantiser }) {
      firstMs ??= timestampMs;
      if (key) {
        position = 0;
        return "usual";
      }
      const size = Math.log2(byteCount + BYTES_FLOOR);
      const place = places.at(Math.min(position, POSITIONS_MAX - 1), 0);
      const step = steps.at(quantiser ?? 0, size - place.mean);
      position += 1;
      const most = EXCESS_MAX * unitSpread.deviation;
      const excess = clamp(size - step.mean - place.mean, most);
      const mean = trail.add(timestampMs, excess);
      const isLearning = timestampMs - firstMs < LEARNING_MS;
      const verdict = isLearning ? "usual" : toSize(mean / (doubt * windowSpread.deviation));
      const phase = toPhase(isLearning, verdict);
      unitSpread.follow(excess, phase);
      windowSpread.follow(mean, phase);
      follow(step, excess, phase);
      follow(place, clamp(size - step.mean - place.mean, most), phase);
      return verdict;
    },
    learn(wasRight) {
      doubt = wasRight
        ? Math.max(1, doubt / DOUBT_STEP ** 2)
        : Math.min(DOUBT_MAX, doubt * DOUBT_STEP);
      if (!wasRight) trail.clear();
    },
  };
}

type Phase = keyof typeof LEVEL_PACE;

interface Level {
  mean: number;
  count: number;
}

/** What is usual at each of some numbers; at a new one, what is at the nearest, by the slope. */
function createLevels(slope: number) {
  const levels = new Map<number, Level>();
  const guess = (at: number, first: number): number => {
    const [nearest] = [...levels].sort(([a], [b]) => Math.abs(a - at) - Math.abs(b - at));
    return nearest ? nearest[1].mean + (at - nearest[0]) * slope : first;
  };
  return {
    at(number: number, first: number): Level {
      const level = levels.get(number) ?? { mean: guess(number, first), count: 0 };
      levels.set(number, level);
      return level;
    },
  };
}

function follow(level: Level, excess: number, phase: Phase): void {
  level.count += 1;
  level.mean += excess * Math.max(1 / level.count, LEVEL_PACE[phase]);
}

/** How far from 0 something usually is. */
function createSpread(least: number) {
  let deviation = DEVIATION_FIRST;
  let count = DEVIATION_FIRST_COUNT;
  return {
    follow(value: number, phase: Phase): void {
      count += 1;
      const pace = Math.max(1 / count, DEVIATION_PACE[phase]);
      const apart = Math.min(Math.abs(value), 3 * deviation) * MEAN_TO_STANDARD;
      deviation = Math.max(least, deviation + (apart - deviation) * pace);
    },
    get deviation() {
      return deviation;
    },
  };
}

/** The mean over the last second. */
function createTrail() {
  let recent: { timestampMs: number; excess: number }[] = [];
  return {
    add(timestampMs: number, excess: number): number {
      recent = recent.filter((unit) => unit.timestampMs > timestampMs - WINDOW_MS);
      recent.push({ timestampMs, excess });
      return recent.reduce((sum, unit) => sum + unit.excess, 0) / recent.length;
    },
    clear(): void {
      recent = [];
    },
  };
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

function toSize(deviations: number): Size {
  if (deviations > MEAN_HIGH) return "alarming";
  return deviations > MEAN_RAISED ? "raised" : "usual";
}

function toPhase(isLearning: boolean, size: Size): Phase {
  if (isLearning) return "learning";
  return size === "alarming" ? "alarmed" : "calm";
}

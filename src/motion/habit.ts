/**
 * In: when a camera was watched, and the paths of its motions. Out: how rare motion is at a place and
 * hour. Never: IO, clocks: same frames and same memory, same answer.
 *
 * The picture is 8 x 6 cells, the day 24 hours of local time. For each cell and hour it is counted
 * how many motions came by, and for each hour how long the camera was watched in it; both fade over
 * two weeks of watching, alike: nothing is forgotten while a box is off, or when its clock jumps.
 * Their ratio is how many motions a day come by there about that hour; those of the hours beside it
 * count half:
 *
 *   rarity = 1 + 0.25 * evidence * (1 - 2 * min(1, motions a day))
 *
 * So where motion comes by every day at that hour it weighs down to a quarter less, and where it
 * never does up to a quarter more. Evidence is 0 until that time of day was watched for a day, and
 * 1 after three: whoever starts anew is neutral.
 */
import type { Box } from "../camera/frame.ts";
import { CELLS, toCells } from "./cells.ts";
import type { LocalClock } from "./local-time.ts";
import type { PathPoint } from "./motion.ts";

export interface Habit {
  /** Told of every frame. */
  watch(epochMs: number): void;
  /** How rare motion is there at that time: 0.75 (every day) to 1.25 (never); 1 is not known. */
  rarityOf(box: Box, epochMs: number): number;
  /** Told of every motion that ended. */
  learn(path: readonly PathPoint[]): void;
}

/** All that is remembered; plain numbers. */
export interface HabitRecord {
  /** By hour of the day. */
  watchedHours: readonly number[];
  /** Hour by hour, in each hour cell by cell, row-major. */
  visits: readonly number[];
}

const HOURS = 24;
const HOUR_MS = 3_600_000;
const FADING_HOURS = 14 * HOURS;
/** A camera that showed nothing for longer was not watched meanwhile. */
const GAP_MS = 60_000;
const RARITY_SPAN = 0.25;
const DAYS_UNKNOWN = 1;
const DAYS_CERTAIN = 3;
const BESIDE_WEIGHT = 0.5;

export const HABIT_VISITS = HOURS * CELLS;

export function createHabit(options: {
  localClock: LocalClock;
  /** Null to begin anew. */
  remembered: HabitRecord | null;
  /** Called when a motion was learned, and every hour. */
  onLearned(record: HabitRecord): void;
}): Habit {
  const { localClock, remembered, onLearned } = options;
  const watchedHours = Float64Array.from(remembered?.watchedHours ?? new Float64Array(HOURS));
  const visits = Float64Array.from(remembered?.visits ?? new Float64Array(HABIT_VISITS));
  let watchedAt: number | null = null;
  /** Since both faded last. */
  let freshHours = 0;

  const hourAt = (epochMs: number): number => Math.floor(localClock.at(epochMs).minute / 60);
  const tell = (): void => onLearned({ watchedHours: [...watchedHours], visits: [...visits] });

  return {
    watch(epochMs) {
      const sinceMs = epochMs - (watchedAt ?? epochMs);
      watchedAt = epochMs;
      if (sinceMs <= 0 || sinceMs > GAP_MS) return;
      const hours = sinceMs / HOUR_MS;
      add(watchedHours, hourAt(epochMs), hours);
      freshHours += hours;
      if (freshHours < 1) return;
      fade([watchedHours, visits], Math.exp(-freshHours / FADING_HOURS));
      freshHours = 0;
      tell();
    },
    rarityOf(box, epochMs) {
      const hour = hourAt(epochMs);
      const hours = aroundHour(hour, (near) => watchedHours[near] as number);
      const days = hours / aroundHour(hour, () => 1);
      if (days <= DAYS_UNKNOWN) return 1;
      const evidence = Math.min(1, (days - DAYS_UNKNOWN) / (DAYS_CERTAIN - DAYS_UNKNOWN));
      const cells = toCells(box);
      const passed = cells.map((cell) =>
        aroundHour(hour, (near) => visits[near * CELLS + cell] as number),
      );
      const perDay = passed.reduce((sum, count) => sum + count, 0) / cells.length / days;
      return 1 + RARITY_SPAN * evidence * (1 - 2 * Math.min(1, perDay));
    },
    learn(path) {
      const places = path.flatMap(({ at, box }) =>
        toCells(box).map((cell) => hourAt(at) * CELLS + cell),
      );
      for (const place of new Set(places)) add(visits, place, 1);
      tell();
    },
  };
}

/** The sum over an hour of the day and, for half of their worth, the hours beside it. */
function aroundHour(hour: number, read: (hour: number) => number): number {
  const beside = read((hour + 1) % HOURS) + read((hour + HOURS - 1) % HOURS);
  return read(hour) + BESIDE_WEIGHT * beside;
}

function add(counts: Float64Array, index: number, amount: number): void {
  counts[index] = (counts[index] as number) + amount;
}

function fade(all: readonly Float64Array[], share: number): void {
  for (const counts of all) {
    for (const [index, count] of counts.entries()) counts[index] = count * share;
  }
}

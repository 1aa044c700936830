/**
 * The last seconds of a stream as it came: whole groups of pictures, from a key unit on, so that
 * any unit in it can be decoded. Pure; forgets the oldest group first and counts what it forgets.
 */
import type { CutUnit } from "./access-units.ts";

export interface AccessUnit extends CutUnit {
  /** Grows with each unit of a session: a count, or its time stamp where ffmpeg gives one. */
  number: number;
}

export interface Ring {
  /** Keeps the unit, unless no key unit came yet. Without a number of its own it is counted. */
  push(unit: CutUnit, number?: number): AccessUnit;
  /** From the key unit of its group up to that unit; null when it is not held. */
  upTo(number: number): readonly AccessUnit[] | null;
  /** From the key unit of its group up to now; all that is held when that group is forgotten. */
  since(number: number): readonly AccessUnit[];
  /** The unit whose time is nearest; null when none is held. */
  nearest(timestampMs: number): AccessUnit | null;
  newest(): AccessUnit | null;
  /** Resolves when that unit or a later one came, or when all was forgotten. */
  reach(number: number): Promise<void>;
  /** Forgets all: another session's units do not continue these. */
  clear(): void;
  counts(): RingCounts;
}

export interface RingCounts {
  units: number;
  groups: number;
  bytes: number;
  /** Units forgotten for lack of room before their time was over. */
  evicted: number;
}

/** The last two groups of pictures stay, and older ones while they are younger than this. */
const KEPT_MS = 10_000;
const GROUPS_KEPT = 2;
const BYTES_MAX = 24 * 1024 * 1024;

export function createRing(options: { bytesMax?: number } = {}): Ring {
  const bytesMax = options.bytesMax ?? BYTES_MAX;
  let groups: AccessUnit[][] = [];
  let count = 0;
  let bytes = 0;
  let evicted = 0;
  let awaited: { number: number; resolve(): void }[] = [];

  const tellOf = (reached: number): void => {
    if (awaited.length === 0) return;
    for (const { number, resolve } of awaited) if (number <= reached) resolve();
    awaited = awaited.filter(({ number }) => number > reached);
  };
  const forgetOldest = (): AccessUnit[] => {
    const oldest = groups.shift() ?? [];
    for (const unit of oldest) bytes -= unit.bytes.length;
    return oldest;
  };
  const makeRoom = (timestampMs: number): void => {
    while (groups.length > GROUPS_KEPT) {
      // A group is over when the next begins.
      const endedAtMs = groups[1]?.[0]?.timestampMs ?? timestampMs;
      if (timestampMs - endedAtMs <= KEPT_MS) break;
      forgetOldest();
    }
    while (bytes > bytesMax) evicted += forgetOldest().length;
  };
  const newest = (): AccessUnit | null => groups.at(-1)?.at(-1) ?? null;

  return {
    push(cut, number = count + 1) {
      count = number;
      const unit = { ...cut, number };
      if (unit.key) groups.push([]);
      const group = groups.at(-1);
      if (!group) return unit;
      group.push(unit);
      bytes += unit.bytes.length;
      makeRoom(unit.timestampMs);
      tellOf(number);
      return unit;
    },
    upTo(number) {
      const group = groups.find((units) => (units.at(-1)?.number ?? 0) >= number);
      if (!group || (group[0]?.number ?? 0) > number) return null;
      return group.filter((unit) => unit.number <= number);
    },
    since(number) {
      const holding = groups.findLastIndex(([key]) => key !== undefined && key.number <= number);
      return groups.slice(Math.max(0, holding)).flat();
    },
    nearest(timestampMs) {
      let best = newest();
      for (const unit of groups.flat()) {
        if (distance(unit, timestampMs) < distance(best, timestampMs)) best = unit;
      }
      return best;
    },
    newest,
    reach(number) {
      if ((newest()?.number ?? 0) >= number) return Promise.resolve();
      return new Promise((resolve) => awaited.push({ number, resolve }));
    },
    clear() {
      tellOf(Number.POSITIVE_INFINITY);
      groups = [];
      bytes = 0;
    },
    counts: () => ({
      units: groups.reduce((sum, group) => sum + group.length, 0),
      groups: groups.length,
      bytes,
      evicted,
    }),
  };
}

function distance(unit: AccessUnit | null, timestampMs: number): number {
  return unit ? Math.abs(unit.timestampMs - timestampMs) : Number.POSITIVE_INFINITY;
}

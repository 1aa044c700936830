/**
 * The last seconds of a stream as it came: whole groups of pictures, from a key unit on, so that
 * any unit in it can be decoded. Pure; forgets the oldest group first and counts what it forgets.
 */
import type { CutUnit } from "./access-units.ts";

export interface AccessUnit extends CutUnit {
  /** Counts the units of one stream since the daemon started. */
  number: number;
}

export interface Ring {
  /** Numbers the unit and keeps it, unless no key unit came yet. */
  push(unit: CutUnit): AccessUnit;
  /** From the key unit of its group up to that unit; null when it is not held. */
  upTo(number: number): readonly AccessUnit[] | null;
  /** From the key unit of its group up to now; all that is held when that group is forgotten. */
  since(number: number): readonly AccessUnit[];
  /** The unit whose time is nearest; null when none is held. */
  nearest(timestampMs: number): AccessUnit | null;
  newest(): AccessUnit | null;
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
    push(cut) {
      const unit = { ...cut, number: ++count };
      if (unit.key) groups.push([]);
      const group = groups.at(-1);
      if (!group) return unit;
      group.push(unit);
      bytes += unit.bytes.length;
      makeRoom(unit.timestampMs);
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
    clear() {
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

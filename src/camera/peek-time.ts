/**
 * When a unit between two key units is worth a peek. Pure.
 *
 * Decoded right behind the key unit of its group, as if those between had never been, a unit shows
 * the key picture again, but for what changed in this one step: that is patched in. Somebody who
 * walks shows where he is, roughly, at the price of a single unit instead of all from the key unit on.
 *
 * In the middle of a group it meets every visit that lasts longer than half of a group and touches
 * no key picture. One in a group is all: what is patched onto patches is of no use.
 */
import type { MeasuredUnit } from "./size-watch.ts";

export interface PeekTime {
  /** Each unit in order; true while one stands where a peek would tell most. */
  observe(unit: MeasuredUnit): boolean;
  /** False where visits as short as they come could pass between a peek and a key picture. */
  readonly suffices: boolean;
  /** No more of them, ever. */
  end(): void;
}

/** Of a group's duration, from its key unit on. */
const FROM = 0.4;
const UNTIL = 0.65;
/** Key pictures as close as this meet nearly every visit by themselves. */
const GROUP_LEAST_MS = 1_200;
const GROUP_MOST_MS = 2_500;

export function createPeekTime(): PeekTime {
  let keyAtMs: number | null = null;
  let groupMs = 0;
  let isPatchable = false;
  let hasEnded = false;

  return {
    observe({ key, timestampMs, quantiser }) {
      if (key) {
        groupMs = timestampMs - (keyAtMs ?? timestampMs);
        keyAtMs = timestampMs;
        return false;
      }
      // Told of H.264 alone. H.265 shows grey where the picture before is missing.
      isPatchable = quantiser !== null && !hasEnded;
      if (!isPatchable || keyAtMs === null || groupMs < GROUP_LEAST_MS) return false;
      const share = (timestampMs - keyAtMs) / groupMs;
      return share >= FROM && share <= UNTIL;
    },
    get suffices() {
      return isPatchable && groupMs <= GROUP_MOST_MS;
    },
    end() {
      hasEnded = true;
    },
  };
}

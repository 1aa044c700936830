/**
 * Follows blobs from frame to frame by where they are. A candidate grows a frame older while it
 * touches where a candidate was in the last frame; a blob that is none for a moment grows younger
 * instead of being forgotten, so a far walker who flickers is still followed.
 *
 * Someone who runs past close by no longer touches where he was a fifth of a second ago. So a large
 * candidate that touches none takes over the age of the nearest one of like size that it can have
 * come from in one leap. Drops and noise are too small to leap.
 */
import { type Blob, findBlobs, forEachAround, type Grid } from "./blobs.ts";
import type { Planes } from "./kernel.ts";
import type { Tuning } from "./tuning.ts";

export interface Tracker {
  /** This frame's candidates; per block, whether it counts is 1 or 0. */
  follow(on: Uint8Array, counts: Pick<Planes, "changedCounts" | "movedCounts">): Candidate[];
  /** Everything is as if seen for the first time. */
  reset(): void;
}

/** A blob with what was measured of it. */
export interface Candidate {
  blob: Blob;
  changed: number;
  moved: number;
  /** For how many frames it has been followed, this one included. */
  age: number;
}

const MOVED_PIXELS_MIN = 8;
/** What leaps has this many times the pixels of the smallest candidate: no drop of rain has. */
const LEAP_SIZE = 4;
/** How many times larger or smaller one and the same thing may be after a leap. */
const LEAP_SIZE_RATIO = 3;
/** A leap clears as much as the larger side of the blob measures, and this many blocks. */
const LEAP_BLOCKS = 2;
/** Nothing asks for more, and a mover may stay for days. */
const AGE_MAX = 60_000;

export function createTracker(grid: Grid, { moverPixels }: Pick<Tuning, "moverPixels">): Tracker {
  // Per block: the age of the oldest blob at or beside it in the last frame.
  let ages = new Uint16Array(grid.columns * grid.rows);
  let nextAges = new Uint16Array(ages.length);
  const seen = new Uint8Array(ages.length);
  let last: readonly Candidate[] = [];

  return {
    follow(on, { changedCounts, movedCounts }) {
      const candidates: Candidate[] = [];
      const origins = last.filter(({ changed }) => changed >= LEAP_SIZE * moverPixels);
      nextAges.fill(0);
      for (const blob of findBlobs(grid, on, seen)) {
        const changed = sumOver(blob, changedCounts);
        const moved = sumOver(blob, movedCounts);
        const isCandidate = changed >= moverPixels && moved >= MOVED_PIXELS_MIN;
        const touchedAge = findOldest(blob, ages);
        const leaps = isCandidate && touchedAge === 0 && changed >= LEAP_SIZE * moverPixels;
        const lastAge = leaps ? takeOrigin(origins, blob, changed) : touchedAge;
        const age = toAge(lastAge, isCandidate);
        if (isCandidate) candidates.push({ blob, changed, moved, age });
        leaveTrace(grid, blob, age, nextAges);
      }
      [ages, nextAges] = [nextAges, ages];
      last = candidates;
      return candidates;
    },
    reset() {
      ages.fill(0);
      last = [];
    },
  };
}

/** The age of the nearest origin within reach, or 0. It is taken out: nothing leaps to two places. */
function takeOrigin(origins: Candidate[], blob: Blob, changed: number): number {
  const extent = Math.max(blob.right - blob.left, blob.bottom - blob.top) + 1;
  let nearest = -1;
  let nearestGap = extent + LEAP_BLOCKS;
  for (const [index, origin] of origins.entries()) {
    const ratio = changed / origin.changed;
    if (Math.max(ratio, 1 / ratio) > LEAP_SIZE_RATIO) continue;
    const gap = toGap(blob, origin.blob);
    if (gap > nearestGap) continue;
    [nearest, nearestGap] = [index, gap];
  }
  const [origin] = nearest < 0 ? [] : origins.splice(nearest, 1);
  return origin?.age ?? 0;
}

/** Blocks between the two rectangles, the longer way; negative where they overlap. */
function toGap(one: Blob, other: Blob): number {
  const across = Math.max(one.left, other.left) - Math.min(one.right, other.right) - 1;
  const down = Math.max(one.top, other.top) - Math.min(one.bottom, other.bottom) - 1;
  return Math.max(across, down);
}

function toAge(lastAge: number, isCandidate: boolean): number {
  return isCandidate ? Math.min(AGE_MAX, lastAge + 1) : Math.max(0, lastAge - 1);
}

function leaveTrace(grid: Grid, blob: Blob, age: number, ages: Uint16Array): void {
  for (const block of blob.blocks) {
    forEachAround(grid, block, (near) => {
      ages[near] = Math.max(ages[near] as number, age);
    });
  }
}

function findOldest(blob: Blob, ages: Uint16Array): number {
  let oldest = 0;
  for (const block of blob.blocks) oldest = Math.max(oldest, ages[block] as number);
  return oldest;
}

function sumOver(blob: Blob, counts: Uint8Array): number {
  return blob.blocks.reduce((sum, block) => sum + (counts[block] as number), 0);
}

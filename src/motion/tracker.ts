/**
 * Follows blobs from frame to frame by where they are. A candidate grows a frame older while it
 * touches where a candidate was in the last frame; a blob that is none for a moment grows younger
 * instead of being forgotten, so a far walker who flickers is still followed.
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
/** Nothing asks for more, and a mover may stay for days. */
const AGE_MAX = 60_000;

export function createTracker(grid: Grid, { moverPixels }: Pick<Tuning, "moverPixels">): Tracker {
  // Per block: the age of the oldest blob at or beside it in the last frame.
  let ages = new Uint16Array(grid.columns * grid.rows);
  let nextAges = new Uint16Array(ages.length);
  const seen = new Uint8Array(ages.length);

  return {
    follow(on, { changedCounts, movedCounts }) {
      const candidates: Candidate[] = [];
      nextAges.fill(0);
      for (const blob of findBlobs(grid, on, seen)) {
        const changed = sumOver(blob, changedCounts);
        const moved = sumOver(blob, movedCounts);
        const isCandidate = changed >= moverPixels && moved >= MOVED_PIXELS_MIN;
        const age = toAge(findOldest(blob, ages), isCandidate);
        if (isCandidate) candidates.push({ blob, changed, moved, age });
        leaveTrace(grid, blob, age, nextAges);
      }
      [ages, nextAges] = [nextAges, ages];
      return candidates;
    },
    reset() {
      ages.fill(0);
    },
  };
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

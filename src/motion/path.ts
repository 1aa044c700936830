/**
 * Where a mover was, in at most PATH_POINTS_MAX points however long it moves. When they run out
 * every other one is forgotten and from then on only every other new one is kept, so the points
 * stay evenly spread; the first and the newest are always there.
 */
import type { PathPoint } from "./motion.ts";

export const PATH_POINTS_MAX = 256;

export interface Path {
  add(point: PathPoint): void;
  /** Oldest first. */
  points(): PathPoint[];
}

export function createPath(): Path {
  let kept: PathPoint[] = [];
  let newest: PathPoint | null = null;
  let added = 0;
  let stride = 1;

  return {
    add(point) {
      newest = point;
      if (added % stride === 0) kept.push(point);
      added += 1;
      if (kept.length < PATH_POINTS_MAX) return;
      kept = kept.filter((_, index) => index % 2 === 0);
      stride *= 2;
    },
    points() {
      const isNewestKept = newest === null || kept.at(-1) === newest;
      return isNewestKept ? [...kept] : [...kept, newest as PathPoint];
    },
  };
}

/**
 * What happens to the whole picture at once is light, not a mover.
 *
 * Slow or small: the camera's exposure or a cloud lifts every block alike, so the median of the
 * blocks' differences from the background is taken off every pixel. A mover cannot shift it: it
 * would have to cover half of the picture.
 *
 * Sudden and large (lightning, the infra-red switch, a lamp): nothing is scored until the picture
 * has had time to come to rest, and what is there then is the new background:
 *
 *   steady ── much of the picture changed at once, or the offset jumped ──► upset
 *   upset ── 0.8 s after the last such frame ──► steady
 */
import type { Planes } from "./kernel.ts";
import { BLOCK, sumBlockDifferences } from "./kernel.ts";

/** The picture's state in one frame; `resting` is the last upset one. */
export type Upheaval = "steady" | "upset" | "resting";

export interface Exposure {
  /** By how much the picture is brighter than its background, in grey levels. */
  offset: number;
  /** The same against the last frame. */
  offsetStep: number;
}

const UPSET_MS = 800;
/** A share of blocks above this at once is no mover, unless it grew into it over several frames. */
const SUDDEN_SHARE = 0.45;
const SUDDEN_OFFSET = 14;
const SUDDEN_OFFSET_STEP = 10;

export interface ExposureMeter {
  measure(planes: Planes): Exposure;
  /** Told once a frame which share of the visible blocks changed. */
  judge(exposure: Exposure, share: number): Upheaval;
  /** The background was just replaced: there is nothing to compare with. */
  reset(): void;
}

export function createExposureMeter(framesPerSecond: number): ExposureMeter {
  const upsetFrames = Math.max(1, Math.round((UPSET_MS / 1000) * framesPerSecond));
  let lastOffset = 0;
  let lastShare = 0;
  let upsetLeft = 0;

  return {
    measure(planes) {
      const offset = toMedianOffset(planes);
      const offsetStep = offset - lastOffset;
      lastOffset = offset;
      return { offset, offsetStep };
    },
    judge({ offset, offsetStep }, share) {
      const flooded = share > SUDDEN_SHARE && lastShare < SUDDEN_SHARE / 2;
      const jumped =
        Math.abs(offset) >= SUDDEN_OFFSET && Math.abs(offsetStep) >= SUDDEN_OFFSET_STEP;
      if (flooded || jumped) upsetLeft = upsetFrames;
      if (upsetLeft === 0) {
        lastShare = share;
        return "steady";
      }
      upsetLeft -= 1;
      lastShare = 0;
      return upsetLeft === 0 ? "resting" : "upset";
    },
    reset() {
      lastOffset = 0;
      lastShare = 0;
      upsetLeft = 0;
    },
  };
}

/** Counted in half grey levels, from -256 to +256. Blocks that are mostly masked have no say. */
function toMedianOffset(planes: Planes): number {
  const differences = new Int32Array(planes.columns * planes.rows);
  const histogram = new Uint32Array(1025);
  let voters = 0;
  sumBlockDifferences(planes, differences);
  for (let block = 0; block < differences.length; block += 1) {
    const pixels = planes.visibleCounts[block] as number;
    if (pixels < (BLOCK * BLOCK) / 2) continue;
    const bin = Math.floor((2 * (differences[block] as number)) / pixels) + 512;
    histogram[bin] = (histogram[bin] as number) + 1;
    voters += 1;
  }

  let below = 0;
  for (let bin = 0; bin < histogram.length && voters > 0; bin += 1) {
    below += histogram[bin] as number;
    if (below * 2 >= voters) return Math.round((bin - 512) / 2);
  }
  return 0;
}

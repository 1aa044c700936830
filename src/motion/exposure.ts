/**
 * What happens to the whole picture at once is light, not a mover.
 *
 * Slow or small: the camera's exposure or a cloud lifts every block alike, so the median of the
 * blocks' differences from the background is taken off every pixel. A mover cannot shift it: it
 * would have to cover half of the picture.
 *
 * Large and within moments (lightning, the infra-red switch, a lamp): nothing is scored until the
 * picture has had time to come to rest, and what is there then is the new background. Somebody who
 * steps up to the lens does as much at once and is told apart by what he leaves as it was
 * (sudden-mover.ts); then the rest of the picture says how bright it is, and the median does not:
 *
 *   steady ── much of the picture came to differ, or the offset jumped,
 *              and no sudden mover did it ──► upset
 *   upset ── 0.6 s after the last such frame ──► steady
 */
import { BLOCK, type Planes } from "./kernel.ts";
import { isSuddenMover } from "./sudden-mover.ts";

/** The picture's state in one frame; `resting` is the last upset one. */
export type Upheaval = "steady" | "upset" | "resting";

export interface Exposure {
  /** By how much the picture is brighter than its background, in grey levels; -255..255. */
  offset: number;
  /** The same against the last frame. */
  offsetStep: number;
}

const UPSET_MS = 600;
/** A share of blocks that grows above this is light, slow or sudden, unless a mover did it. */
const LARGE_SHARE = 0.45;
const SUDDEN_OFFSET = 14;
const SUDDEN_OFFSET_STEP = 10;
const LEVEL_MAX = 255;
const HISTOGRAM_BINS = 4 * (LEVEL_MAX + 1) + 1;
const ZERO_BIN = 2 * (LEVEL_MAX + 1);
/** Divides twice the sum of a whole block by its pixels, towards the lower whole number. */
const WHOLE_SHIFT = Math.log2(BLOCK * BLOCK) - 1;

export interface ExposureMeter {
  /** The last frame's. */
  offset(): number;
  measure(planes: Planes): Exposure;
  /** Told once a frame which share of the visible blocks changed. */
  judge(exposure: Exposure, share: number, planes: Planes): Upheaval;
  /** The background was just replaced: there is nothing to compare with. */
  reset(): void;
}

export function createExposureMeter(framesPerSecond: number): ExposureMeter {
  const upsetFrames = Math.max(1, Math.round((UPSET_MS / 1000) * framesPerSecond));
  const histogram = new Uint32Array(HISTOGRAM_BINS);
  let lastOffset = 0;
  let lastShare = 0;
  let upsetLeft = 0;

  return {
    offset: () => lastOffset,
    measure(planes) {
      let offset = toMedianOffset(planes, histogram);
      const isSudden = upsetLeft === 0 && Math.abs(offset - lastOffset) >= SUDDEN_OFFSET_STEP;
      if (isSudden && isSuddenMover(planes, lastOffset)) offset = lastOffset;
      // Two frames differ by no more, whatever the background was at the time.
      const offsetStep = Math.min(LEVEL_MAX, Math.max(-LEVEL_MAX, offset - lastOffset));
      lastOffset = offset;
      return { offset, offsetStep };
    },
    judge({ offset, offsetStep }, share, planes) {
      const isLarge = share > LARGE_SHARE && lastShare <= LARGE_SHARE;
      const flooded = isLarge && (upsetLeft > 0 || !isSuddenMover(planes, offset));
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
function toMedianOffset(planes: Planes, histogram: Uint32Array): number {
  const { differences, visibleCounts } = planes;
  let voters = 0;
  let lowest = histogram.length;
  histogram.fill(0);
  for (let block = 0; block < differences.length; block += 1) {
    const pixels = visibleCounts[block] as number;
    if (pixels < (BLOCK * BLOCK) / 2) continue;
    const difference = differences[block] as number;
    // Hardly a block is masked in part, and a shift takes a fraction of what dividing takes.
    const halves =
      pixels === BLOCK * BLOCK ? difference >> WHOLE_SHIFT : Math.floor((2 * difference) / pixels);
    const bin = halves + ZERO_BIN;
    histogram[bin] = (histogram[bin] as number) + 1;
    lowest = Math.min(lowest, bin);
    voters += 1;
  }

  let below = 0;
  for (let bin = lowest; bin < histogram.length; bin += 1) {
    below += histogram[bin] as number;
    if (below * 2 >= voters) return Math.round((bin - ZERO_BIN) / 2);
  }
  return 0;
}

/**
 * The plainest detector that people really use, to compare with: pixels that differ from the last
 * frame by more than a level are counted. The numbers are those that Debian's motion starts with:
 * 1500 pixels of 640x360, here as a share, make up the default threshold.
 */
import type { Box } from "../../src/camera/frame.ts";
import type { MotionDetector, MotionScore } from "../../src/motion/detector.ts";

const PIXEL_LEVELS = 25;
const SHARE_AT_THRESHOLD = 1_500 / (640 * 360);
const DEFAULT_THRESHOLD = 0.3;

export function createPlainDifference(): MotionDetector {
  let previous: Uint8Array | null = null;
  return {
    observe({ luma, width, height, settling }) {
      const changed = previous ? findChanged(luma, previous, width) : null;
      previous = luma;
      return changed && !settling ? toScore(changed, width, height) : NOTHING;
    },
  };
}

const NOTHING: MotionScore = {
  significance: 0,
  confidence: 0,
  boxes: [],
  area: 0,
  why: "quiet",
  movers: [],
};

interface Changed {
  count: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function findChanged(luma: Uint8Array, previous: Uint8Array, width: number): Changed | null {
  const found = { count: 0, left: width, right: 0, top: Number.POSITIVE_INFINITY, bottom: 0 };
  for (const [at, level] of luma.entries()) {
    if (Math.abs(level - (previous[at] ?? level)) <= PIXEL_LEVELS) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    found.count += 1;
    found.left = Math.min(found.left, x);
    found.right = Math.max(found.right, x);
    found.top = Math.min(found.top, y);
    found.bottom = Math.max(found.bottom, y);
  }
  return found.count > 0 ? found : null;
}

function toScore(changed: Changed, width: number, height: number): MotionScore {
  const { count, left, right, top, bottom } = changed;
  const area = count / (width * height);
  const significance = Math.min(1, (area / SHARE_AT_THRESHOLD) * DEFAULT_THRESHOLD);
  const size = [(right - left + 1) / width, (bottom - top + 1) / height] as const;
  const box: Box = [left / width, top / height, ...size];
  return { significance, confidence: significance, boxes: [box], area, why: "moving", movers: [] };
}

/** What sensitivity and frame rate make of the numbers that were found at 0.5 and 5 a second. */
import type { DetectorOptions } from "./detector.ts";

export interface Tuning {
  /** A pixel has changed when its excess is above max(floor, noise + margin). */
  floor: number;
  margin: number;
  /** Changed pixels that a block needs to count, and a blob to be a candidate. */
  blockPixels: number;
  moverPixels: number;
  /** Multiplies the area at which motion becomes significant. */
  areaScale: number;
  /** Frames for which a candidate is followed before it is a mover. */
  moverAge: number;
  /** Frames that teach before anything is scored. */
  teachingFrames: number;
  /** Every how many frames what has changed is learned from. */
  slowLessonEvery: number;
  /** How fast a block is taken for restless, and how fast that is forgiven: share a frame. */
  restlessUp: number;
  restlessDown: number;
  framesPerSecond: number;
}

const REFERENCE_RATE = 5;
const TEACHING_MS = 2000;
const SLOW_LESSON_MS = 800;
const MOVER_AGE_MS = 400;
const PIXEL_FLOOR = 12;
const PIXEL_MARGIN = 6;
const BLOCK_PIXELS = 10;
/** Half again as many as one block needs: a walker far off may stand in a single block. */
const MOVER_PIXELS = 15;
const RESTLESS_UP = 0.012;
const RESTLESS_DOWN = 0.004;

/** Sensitivity 0.5 is the middle; each step of 0.5 halves (or doubles) what a change needs. */
export function toTuning({ sensitivity, framesPerSecond }: DetectorOptions): Tuning {
  const scale = 2 ** (1 - 2 * Math.min(1, Math.max(0.1, sensitivity)));
  const frames = (durationMs: number) => Math.round((durationMs / 1000) * framesPerSecond);
  return {
    floor: Math.round(PIXEL_FLOOR * scale),
    margin: Math.round(PIXEL_MARGIN * scale),
    blockPixels: Math.round(BLOCK_PIXELS * Math.sqrt(scale)),
    moverPixels: Math.round(MOVER_PIXELS * Math.sqrt(scale)),
    areaScale: scale,
    moverAge: Math.max(2, frames(MOVER_AGE_MS)),
    teachingFrames: Math.max(5, frames(TEACHING_MS)),
    slowLessonEvery: Math.max(1, frames(SLOW_LESSON_MS)),
    restlessUp: (RESTLESS_UP * REFERENCE_RATE) / framesPerSecond,
    restlessDown: (RESTLESS_DOWN * REFERENCE_RATE) / framesPerSecond,
    framesPerSecond,
  };
}

/** What the trigger says happened to the motion in front of one camera. */
import type { Box, Frame } from "../camera/frame.ts";
import type { MotionScore } from "./detector.ts";

/** The best frame so far, with what was seen in it. */
export interface Sighting {
  frame: Frame;
  score: MotionScore;
}

export type Motion =
  /** The threshold was crossed and held. `startedAt` may lie before the frame. Once per motion. */
  | { type: "began"; startedAt: number; best: Sighting }
  /** A clearly better frame was found; once it is settled nothing better is looked for. */
  | { type: "peaked"; best: Sighting; settled: boolean }
  /**
   * Calm for the cooldown, or interrupted. `path`: the mover's boxes over time, oldest first;
   * `zones`: the names of those that it reached into, in that order.
   */
  | {
      type: "ended";
      startedAt: number;
      endedAt: number;
      best: Sighting;
      path: readonly PathPoint[];
      zones: readonly string[];
    };

export interface PathPoint {
  /** Wall time, epoch milliseconds. */
  at: number;
  box: Box;
}

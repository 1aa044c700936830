/**
 * In: the luma frames of one camera, in order. Out: what changed in each.
 * Never: IO, clocks, logs — same frames, same answer.
 */
import type { Box, Frame, Polygon } from "../camera/frame.ts";
import type { MoverMeasures } from "./significance.ts";

export interface MotionDetector {
  observe(frame: LumaFrame): MotionScore;
}

/** A detector that takes other settings while it runs, and keeps what it learned. */
export interface TunableDetector extends MotionDetector {
  retune(settings: Pick<DetectorOptions, "sensitivity" | "masks">): void;
}

/** All that a detector may look at: the frame's own time and pixels. */
export type LumaFrame = Pick<Frame, "timestampMs" | "width" | "height" | "luma" | "settling">;

export interface MotionScore {
  /** How much the motion matters, 0..1: how large, how coherent, how long in coming. */
  significance: number;
  /** How sure the detector is that something moved at all, 0..1. */
  confidence: number;
  /** Where, largest first; empty when nothing that counts moved. */
  boxes: readonly Box[];
  /** Share of the picture that moved, 0..1. */
  area: number;
  /** Why the score is what it is, for the tuner. */
  why: MotionReason;
  /** All that moved, largest first, whether it counts or not. The rest is said of what counts. */
  movers: readonly Mover[];
}

/** One thing that moved, scored as if it were alone. */
export interface Mover {
  box: Box;
  /** Share of the picture that changed in it, 0..1. */
  area: number;
  significance: number;
  confidence: number;
  /** What both were made of. */
  measures: MoverMeasures;
  /** False when the operator asked for motion elsewhere, or for larger motion. */
  counts: boolean;
  /** Names of the zones that it reaches into. */
  zones: readonly string[];
}

export type MotionReason =
  | "settling"
  | "quiet"
  | "moving"
  | "not-yet-coherent"
  | "whole-picture-changed"
  | "masked"
  | "outside-zones"
  | "too-small";

export interface DetectorOptions {
  width: number;
  height: number;
  framesPerSecond: number;
  /** 0.1..1; 0.5 needs no tuning. Higher sees fainter and smaller motion. */
  sensitivity: number;
  /** Regions to ignore. */
  masks: readonly Polygon[];
}

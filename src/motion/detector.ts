/**
 * In: the luma frames of one camera, in order. Out: what changed in each.
 * Never: IO, clocks, logs — same frames, same answer.
 */
import type { Box, Frame, Polygon } from "../camera/frame.ts";

export interface MotionDetector {
  observe(frame: LumaFrame): MotionScore;
}

/** All that a detector may look at: the frame's own time and pixels. */
export type LumaFrame = Pick<Frame, "timestampMs" | "width" | "height" | "luma" | "settling">;

export interface MotionScore {
  /** How much the motion matters, 0..1: how large, how coherent, how long in coming. */
  significance: number;
  /** How sure the detector is that something moved at all, 0..1. */
  confidence: number;
  /** Where, largest first; empty when nothing moved. */
  boxes: readonly Box[];
  /** Share of the picture that moved, 0..1. */
  area: number;
  /** Why the score is what it is, for the tuner. */
  why: MotionReason;
}

export type MotionReason =
  | "settling"
  | "quiet"
  | "moving"
  | "not-yet-coherent"
  | "whole-picture-changed"
  | "masked";

export interface DetectorOptions {
  width: number;
  height: number;
  framesPerSecond: number;
  /** 0.1..1; 0.5 needs no tuning. Higher sees fainter and smaller motion. */
  sensitivity: number;
  /** Regions to ignore. */
  masks: readonly Polygon[];
}

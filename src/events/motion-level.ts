/**
 * In: every frame with its score. Out: how much moves, for the tuning meter, at most twice a second.
 * The strongest frame of each half second is told, so that a short motion cannot fall between two.
 */
import type { Box, Frame } from "../camera/frame.ts";
import type { MotionReason, MotionScore } from "../motion/detector.ts";
import { explain } from "../motion/explanation.ts";

export interface MotionLevel {
  cameraId: string;
  /** Wall time of the frame. */
  at: number;
  significance: number;
  significanceThreshold: number;
  confidence: number;
  boxes: readonly Box[];
  why: MotionReason;
  /** The same in words, with the numbers behind it. */
  sentence: string;
}

export interface LevelMeter {
  observe(frame: Frame, score: MotionScore): void;
}

export interface LevelPorts {
  significanceThreshold(): number;
  /** Asked at each frame: without anyone who looks, nothing is told. */
  isWatched(cameraId: string): boolean;
  announceLevel(level: MotionLevel): void;
}

const PAUSE_MS = 500;

export function createLevelMeter(ports: LevelPorts): LevelMeter {
  let strongest: { frame: Frame; score: MotionScore } | null = null;
  let toldMs = Number.NEGATIVE_INFINITY;

  return {
    observe(frame, score) {
      if (!ports.isWatched(frame.cameraId)) {
        strongest = null;
        return;
      }
      if (!strongest || score.significance >= strongest.score.significance) {
        strongest = { frame, score };
      }
      if (frame.timestampMs - toldMs < PAUSE_MS) return;
      ports.announceLevel(toLevel(strongest.frame, strongest.score, ports.significanceThreshold()));
      strongest = null;
      toldMs = frame.timestampMs;
    },
  };
}

function toLevel(
  { cameraId, capturedAt: at }: Frame,
  score: MotionScore,
  significanceThreshold: number,
): MotionLevel {
  const { significance, confidence, boxes, why } = score;
  const sentence = explain(score, significanceThreshold);
  return { cameraId, at, significance, significanceThreshold, confidence, boxes, why, sentence };
}

/**
 * A look at one picture now and then, at the key pictures of a stream that is not decoded in full:
 * is there anything that has to be watched? It has a background of its own, since key pictures come
 * seconds apart and look a little different from those between. A single candidate is enough,
 * coherent or not: what it is, the detector decides on the pictures that are then decoded.
 */
import type { Impression } from "../camera/gate.ts";
import type {
  DetectorOptions,
  LumaFrame,
  MotionReason,
  MotionScore,
  TunableDetector,
} from "./detector.ts";
import { createFrameDifference } from "./frame-difference.ts";

/** About as often does a camera send a key picture. */
const GLANCES_PER_SECOND = 1;

export interface Glance extends Pick<TunableDetector, "retune"> {
  look(frame: LumaFrame): Impression;
}

export function createGlance(options: DetectorOptions): Glance {
  const { sensitivity } = options;
  const detector = createFrameDifference({
    ...{ ...options, sensitivity: toKeener(sensitivity) },
    framesPerSecond: GLANCES_PER_SECOND,
  });
  return {
    look(frame) {
      const score = detector.observe(frame);
      if (score.why === "settling") return "unready";
      return mayMove(score) ? "suspicious" : "calm";
    },
    retune: (settings) =>
      detector.retune({ ...settings, sensitivity: toKeener(settings.sensitivity) }),
  };
}

/** There is one look at what the detector sees many times, and looking too often costs time alone. */
function toKeener(sensitivity: number): number {
  return Math.min(1, sensitivity + 0.25);
}

/** Whether what follows this score must not be left out. */
export function mayMove({ why }: Pick<MotionScore, "why">): boolean {
  return UNSETTLED.has(why);
}

const UNSETTLED: ReadonlySet<MotionReason> = new Set([
  "settling",
  "moving",
  "not-yet-coherent",
  "whole-picture-changed",
]);

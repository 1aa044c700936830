/**
 * A look at one picture now and then, at the key pictures of a stream that is not decoded in full:
 * is there anything that has to be watched? It has a background of its own, since key pictures come
 * seconds apart and look a little different from those between. A single candidate is enough,
 * coherent or not: what it is, the detector decides on the pictures that are then decoded.
 *
 * Where a picture is patched onto the key picture that was looked at last, the two are held against
 * each other alone (patch-watch.ts), and the background learns nothing of it.
 */
import type { Impression } from "../camera/gate.ts";
import type { Sight } from "../camera/passage.ts";
import type {
  DetectorOptions,
  LumaFrame,
  MotionReason,
  MotionScore,
  TunableDetector,
} from "./detector.ts";
import { createFrameDifference } from "./frame-difference.ts";
import { toVisiblePixels } from "./mask.ts";
import { createPatchWatch, type PatchWatch } from "./patch-watch.ts";
import { toTuning } from "./tuning.ts";

/** About as often does a camera send a key picture. */
const GLANCES_PER_SECOND = 1;

export interface Glance extends Pick<TunableDetector, "retune"> {
  look(frame: LumaFrame & { sight: Sight }): Impression;
}

export function createGlance(options: DetectorOptions): Glance {
  let inForce: DetectorOptions = toGlancing(options);
  const detector = createFrameDifference(inForce);
  let patches: Patches | null = null;
  let lastLooked: LumaFrame | null = null;

  const peek = (frame: LumaFrame): Impression => {
    if (lastLooked?.luma.length !== frame.luma.length) return "calm";
    patches ??= createPatches(inForce, frame);
    return patches.watch.judge(frame.luma, lastLooked.luma, patches.visible);
  };
  return {
    look(frame) {
      if (frame.sight === "patched") return peek(frame);
      lastLooked = frame;
      const score = detector.observe(frame);
      if (score.why === "settling") return "unready";
      return mayMove(score) ? "suspicious" : "calm";
    },
    retune(settings) {
      inForce = toGlancing({ ...options, ...settings });
      detector.retune(inForce);
      patches = null;
    },
  };
}

interface Patches {
  watch: PatchWatch;
  visible: Uint8Array;
}

function createPatches(options: DetectorOptions, { width, height }: LumaFrame): Patches {
  const { floor: levels, blockPixels: pixels } = toTuning(options);
  return {
    watch: createPatchWatch({ width, height, levels, pixels }),
    visible: toVisiblePixels(width, height, options.masks),
  };
}

/** There is one look at what the detector sees many times, and looking too often costs time alone. */
function toGlancing(options: DetectorOptions): DetectorOptions {
  const sensitivity = Math.min(1, options.sensitivity + 0.25);
  return { ...options, sensitivity, framesPerSecond: GLANCES_PER_SECOND };
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

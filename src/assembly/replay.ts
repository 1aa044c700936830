/**
 * A video file through the engine of a live camera: the same frames, detector and trigger, as fast
 * as they go. One thing differs: a camera that was just connected settles for two seconds and tells
 * of nothing in them, while a file is taken for a camera that has been on already (lead-in.ts), so
 * that its first two seconds count as well.
 */

import type { Ffmpeg } from "../camera/ffmpeg.ts";
import { createFootageFile, type FootageFile } from "../camera/footage-file.ts";
import type { Box } from "../camera/frame.ts";
import { createGatedFootage } from "../camera/gated-footage.ts";
import { cameraFile } from "../config/schema.ts";
import type { DetectorOptions, MotionDetector, MotionScore } from "../motion/detector.ts";
import { createFrameDifference } from "../motion/frame-difference.ts";
import { createGlance, mayMove } from "../motion/glance.ts";
import { withLeadIn } from "../motion/lead-in.ts";
import type { Motion } from "../motion/motion.ts";
import type { MoverMeasures } from "../motion/significance.ts";
import { createTrigger } from "../motion/trigger.ts";

export interface ReplayOptions {
  /** Both 0.1..1; the configuration's defaults when absent. */
  sensitivity?: number;
  significanceThreshold?: number;
  /** How a camera with such a stream would be decoded; in full when absent. */
  decoding?: "full" | "adaptive";
  ffmpeg: Ffmpeg;
  signal: AbortSignal;
  /** Called for each event when it has ended, in the order of their ends. */
  onEvent?: (event: ReplayedEvent) => void;
  /** Called for each frame that motion looked at. */
  onScore?: (atMs: number, score: MotionScore) => void;
  /** Another detector to compare with; the appliance's own when absent. */
  createDetector?: (options: DetectorOptions) => MotionDetector;
}

/** Times are presentation times of the file. */
export interface ReplayedEvent {
  startedMs: number;
  endedMs: number;
  /** Of the best frame, as are the confidence and the boxes. */
  peakMs: number;
  /** When it became an event: the file's own time at which a live camera would have told of it. */
  toldMs: number;
  /** The highest that was told while it lasted. */
  significance: number;
  confidence: number;
  boxes: readonly Box[];
  /** Of its largest mover; null when the detector does not tell. */
  measures: MoverMeasures | null;
}

export interface Replay {
  events: readonly ReplayedEvent[];
  /** How many motion looked at; the file may hold more. */
  frames: number;
  durationMs: number;
  stillAt: FootageFile["stillAt"];
}

/** Throws as `FootageFile.frames` does. */
export async function replayFile(path: string, options: ReplayOptions): Promise<Replay> {
  const { ffmpeg, signal, createDetector = createFrameDifference } = options;
  const { luma, ...usual } = readDefaults();
  const { sensitivity = usual.sensitivity } = options;
  const { significanceThreshold = usual.significanceThreshold } = options;
  const settings = { ...luma, sensitivity, masks: [] };
  const { look: glance } = createGlance(settings);
  const gated =
    options.decoding === "adaptive" ? createGatedFootage({ path, luma, ffmpeg, glance }) : null;
  const footage = gated ?? createFootageFile({ path, luma, ffmpeg });
  const detector = createDetector(settings);
  const trigger = createTrigger({ significanceThreshold });
  const gathering = createGathering(options.onEvent);
  let [frames, lastMs] = [0, 0];

  for await (const frame of withLeadIn(footage.frames(signal), luma)) {
    const score = detector.observe(frame);
    if (frame.settling) continue;
    if (mayMove(score)) gated?.watchClosely(frame);
    frames += 1;
    lastMs = frame.timestampMs;
    options.onScore?.(lastMs, score);
    gathering.take(trigger.observe(frame, score), lastMs);
  }
  gathering.take(trigger.interrupt(), lastMs);
  const { presentedMs: durationMs, stillAt } = footage;
  return { events: gathering.events, frames, durationMs, stillAt };
}

/** What a camera gets of which the configuration says nothing but its address. */
export function readDefaults() {
  const { luma, motion } = cameraFile.parse({ id: "file", url: "rtsp://file/" });
  const { width, height, frames_per_second: framesPerSecond } = luma;
  const { sensitivity, significance_threshold: significanceThreshold } = motion;
  return { luma: { width, height, framesPerSecond }, sensitivity, significanceThreshold };
}

/** Puts together what the trigger tells of one motion. */
function createGathering(onEvent: (event: ReplayedEvent) => void = () => {}) {
  const events: ReplayedEvent[] = [];
  let [toldMs, significance] = [0, 0];
  return {
    events,
    take(motion: Motion | null, nowMs: number): void {
      if (!motion) return;
      const { frame, score } = motion.best;
      if (motion.type === "began") [toldMs, significance] = [nowMs, 0];
      significance = Math.max(significance, score.significance);
      if (motion.type !== "ended") return;
      const { confidence, boxes, movers } = score;
      const measures = movers[0]?.measures ?? null;
      const times = { startedMs: motion.startedAt, endedMs: motion.endedAt, toldMs };
      const peakMs = frame.capturedAt;
      const event = { ...times, peakMs, significance, confidence, boxes, measures };
      events.push(event);
      onEvent(event);
    },
  };
}

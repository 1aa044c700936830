/** The way of a frame, on one screen: seen, scored, weighed, judged, recorded. */
import type { Service } from "./base/lifecycle.ts";
import type { Camera } from "./camera/frame.ts";
import type { LevelMeter } from "./events/motion-level.ts";
import type { Recorder } from "./events/recorder.ts";
import type { TamperRecorder } from "./events/tampering.ts";
import type { Attention } from "./motion/attention.ts";
import type { MotionDetector } from "./motion/detector.ts";
import { mayMove } from "./motion/glance.ts";
import type { Habit } from "./motion/habit.ts";
import type { Motion } from "./motion/motion.ts";
import type { RecentFrames } from "./motion/recent-frames.ts";
import type { RestlessPlaces } from "./motion/restless.ts";
import type { TamperWatch } from "./motion/tamper.ts";
import type { Trigger } from "./motion/trigger.ts";

export interface Pipeline extends Service {
  /**
   * The camera went away: an open motion ends where it was last seen. What came before and still waits for
   * its turn is looked at first, or it would begin a motion that nothing ends.
   */
  interrupt(): void;
}

export function createPipeline(parts: {
  camera: Camera;
  detector: MotionDetector;
  attention: Attention;
  habit: Habit;
  restless: RestlessPlaces;
  trigger: Trigger;
  recent: RecentFrames;
  levelMeter: LevelMeter;
  recorder: Recorder;
  tamperWatch: TamperWatch;
  tamperRecorder: TamperRecorder;
}): Pipeline {
  const { camera, detector, attention, habit, restless, trigger } = parts;
  const { recent, levelMeter, recorder, tamperWatch, tamperRecorder } = parts;

  const record = (motion: Motion): Promise<void> => {
    if (motion.type === "ended") habit.learn(motion.path);
    return recorder.record(motion);
  };
  /** Of the last frame that was looked at, and of the last one before the camera went away. */
  let lookedAt = 0;
  let lastBeforeGone = Number.POSITIVE_INFINITY;

  const end = (): void => {
    lastBeforeGone = Number.POSITIVE_INFINITY;
    const motion = trigger.interrupt();
    // Never rejects, and run() waits for it at its end.
    if (motion) void record(motion);
  };
  const endIfGoneAt = (sequence: number): void => {
    if (sequence >= lastBeforeGone) end();
  };

  return {
    name: `camera ${camera.id}`,
    interrupt() {
      lastBeforeGone = camera.status().framesSeen;
      endIfGoneAt(lookedAt);
    },
    async run(signal) {
      for await (const frame of camera.frames(signal)) {
        // The one it waited for may have been dropped.
        endIfGoneAt(frame.sequence - 1);
        recent.keep(frame);
        habit.watch(frame.capturedAt);
        const seen = detector.observe(frame);
        if (mayMove(seen)) camera.watchClosely(frame);
        restless.observe(frame, seen);
        const score = attention.weigh(frame, seen);
        levelMeter.observe(frame, score);
        const motion = trigger.observe(frame, score);
        if (motion) await record(motion);
        const tampering = tamperWatch.observe(frame);
        if (tampering) tamperRecorder.record(tampering);
        lookedAt = frame.sequence;
        endIfGoneAt(lookedAt);
      }
      end();
      await recorder.settle();
    },
  };
}

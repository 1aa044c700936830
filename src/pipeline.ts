/** The way of a frame, on one screen: seen, scored, weighed, judged, recorded. */
import type { Service } from "./base/lifecycle.ts";
import type { Camera } from "./camera/frame.ts";
import type { LevelMeter } from "./events/motion-level.ts";
import type { Recorder } from "./events/recorder.ts";
import type { Attention } from "./motion/attention.ts";
import type { MotionDetector } from "./motion/detector.ts";
import type { Trigger } from "./motion/trigger.ts";

export interface Pipeline extends Service {
  /** The camera went away: an open motion ends where it was last seen. */
  interrupt(): void;
}

export function createPipeline(parts: {
  camera: Camera;
  detector: MotionDetector;
  attention: Attention;
  trigger: Trigger;
  levelMeter: LevelMeter;
  recorder: Recorder;
}): Pipeline {
  const { camera, detector, attention, trigger, levelMeter, recorder } = parts;

  const interrupt = (): void => {
    const motion = trigger.interrupt();
    // Never rejects, and run() waits for it at its end.
    if (motion) void recorder.record(motion);
  };

  return {
    name: `camera ${camera.id}`,
    interrupt,
    async run(signal) {
      for await (const frame of camera.frames(signal)) {
        const score = attention.weigh(detector.observe(frame));
        levelMeter.observe(frame, score);
        const motion = trigger.observe(frame, score);
        if (motion) await recorder.record(motion);
      }
      interrupt();
      await recorder.settle();
    },
  };
}

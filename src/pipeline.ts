/** The way of a frame, on one screen: seen, scored, judged, recorded. */
import type { Service } from "./base/lifecycle.ts";
import type { Camera } from "./camera/frame.ts";
import type { Recorder } from "./events/recorder.ts";
import type { MotionDetector } from "./motion/detector.ts";
import { mayMove } from "./motion/glance.ts";
import type { Trigger } from "./motion/trigger.ts";

export interface Pipeline extends Service {
  /** The camera went away: an open motion ends where it was last seen. */
  interrupt(): void;
}

export function createPipeline(parts: {
  camera: Camera;
  detector: MotionDetector;
  trigger: Trigger;
  recorder: Recorder;
}): Pipeline {
  const { camera, detector, trigger, recorder } = parts;

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
        const score = detector.observe(frame);
        if (mayMove(score)) camera.watchClosely(frame);
        const motion = trigger.observe(frame, score);
        if (motion) await recorder.record(motion);
      }
      interrupt();
      await recorder.settle();
    },
  };
}

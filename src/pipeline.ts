/** The way of a frame, on one screen: seen, scored, judged, recorded. */
import type { Service } from "./base/lifecycle.ts";
import type { Camera } from "./camera/frame.ts";
import type { Recorder } from "./events/recorder.ts";
import type { TamperRecorder } from "./events/tampering.ts";
import type { MotionDetector } from "./motion/detector.ts";
import type { TamperWatch } from "./motion/tamper.ts";
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
  tamperWatch: TamperWatch;
  tamperRecorder: TamperRecorder;
}): Pipeline {
  const { camera, detector, trigger, recorder, tamperWatch, tamperRecorder } = parts;

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
        const motion = trigger.observe(frame, score);
        if (motion) await recorder.record(motion);
        const tampering = tamperWatch.observe(frame);
        if (tampering) tamperRecorder.record(tampering);
      }
      interrupt();
      await recorder.settle();
    },
  };
}

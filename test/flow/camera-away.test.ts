import { expect, test } from "vitest";

import { createWatch } from "../../src/assembly/watch.ts";
import type { Camera, CameraStatus, Frame } from "../../src/camera/frame.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { Motion } from "../../src/motion/motion.ts";
import { createPipeline } from "../../src/pipeline.ts";
import { renderScene } from "../support/scenes.ts";

const WALKER = { from: [-0.15, 0.4], to: [1, 0.4], width: 0.12, height: 0.35 } as const;
/** Breaks off while somebody walks. */
const scene = renderScene({ seconds: 9, movers: [{ ...WALKER, startsAt: 6, endsAt: 12 }] }).map(
  (frame, at): Frame => ({ ...frame, sequence: at + 1 }),
);

/** A camera of which all frames came, wait for their turn, and that is away by then. */
function openCamera(whenTaken: () => void): Camera {
  return {
    id: "yard",
    status: () => ({ framesSeen: scene.length }) as CameraStatus,
    watchClosely: () => {},
    still: async () => null,
    latestStill: async () => null,
    async *frames(signal) {
      yield* scene;
      whenTaken();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  };
}

function watchYard() {
  const config = parseConfig("cameras: [{ id: yard, url: rtsp://10.0.0.2/a }]", {}).cameras[0];
  if (!config) throw new Error("There is no camera.");
  const taken = Promise.withResolvers<void>();
  const motions: Motion[] = [];
  const pipeline = createPipeline({
    ...createWatch(config, {
      remembered: { habit: null, restless: null },
      onHabit: () => {},
      onRestless: () => {},
      recentBytesMax: () => 0,
    }),
    camera: openCamera(taken.resolve),
    levelMeter: { observe: () => {} },
    recorder: {
      record: async (motion) => void motions.push(motion),
      settle: async () => {},
    },
    tamperWatch: { observe: () => null },
    tamperRecorder: { record: () => {}, current: () => null },
  });
  return { pipeline, motions, taken: taken.promise };
}

test("C1: what came before the camera went away is looked at, and its motion ends with it", async () => {
  const { pipeline, motions, taken } = watchYard();
  const stop = new AbortController();
  pipeline.interrupt();
  const running = pipeline.run(stop.signal);
  await taken;
  expect(motions.map(({ type }) => type).filter((type) => type !== "peaked")).toEqual([
    "began",
    "ended",
  ]);
  stop.abort();
  await running;
});

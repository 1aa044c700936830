/**
 * Our side of the benchmark in a process of its own: cameras and detectors as the daemon has them,
 * without what comes after a motion.
 *
 *     node scripts/bench-motion/watcher.ts <address> <how many cameras> <full | adaptive>
 *
 * Prints the number of frames scored so far, once a second.
 */
import { once } from "node:events";

import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { createCamera } from "../../src/camera/camera.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import { createGlance, mayMove } from "../../src/motion/glance.ts";
import { createTrigger } from "../../src/motion/trigger.ts";

const TOLD_EVERY_MS = 1_000;

const [url = "", count = "1", wish] = process.argv.slice(2);
const luma = { width: 160, height: 96, framesPerSecond: 5 };
const shared = {
  ffmpeg: createFfmpeg({ path: null }),
  clock: systemClock,
  log: createLog({ level: "warn" }),
};
const stop = new AbortController();
let frameCount = 0;

const watching = Array.from({ length: Number(count) }, (_, i) => watch(`camera-${i + 1}`));
const telling = tell();
await once(process, "SIGTERM");
stop.abort();
await Promise.all([...watching, telling]);

async function watch(id: string): Promise<void> {
  const settings = { ...luma, sensitivity: 0.5, masks: [] };
  const { look: glance } = createGlance(settings);
  const camera = createCamera({
    ...{ ...shared, id, url, detailUrl: null, luma, glance },
    decoding: wish === "adaptive" ? wish : "full",
    onState: () => {},
  });
  const detector = createFrameDifference(settings);
  const trigger = createTrigger({ significanceThreshold: 0.3 });
  for await (const frame of camera.frames(stop.signal)) {
    const score = detector.observe(frame);
    if (mayMove(score)) camera.watchClosely(frame);
    trigger.observe(frame, score);
    frameCount += 1;
  }
}

async function tell(): Promise<void> {
  const { signal } = stop;
  while (!signal.aborted) {
    console.log(frameCount);
    // Rejects on abort alone, which the loop looks at next.
    await systemClock.sleep(TOLD_EVERY_MS, { signal }).catch(() => {});
  }
}

/**
 * Microseconds that the detector takes for a frame, whole `observe()` calls, with either kernel. They
 * are CPU time of the process, so that what else runs on the machine hardly counts:
 *
 *     npm run bench:detector -- [--width 160] [--height 96] [--seconds 24]
 *
 * The last line is JSON. `us_per_frame` is the median window of the kernel that the daemon would use,
 * on a scene with sensor noise through which somebody walks half of the time.
 */
import { parseArgs } from "node:util";

import type { Frame } from "../src/camera/frame.ts";
import { createFastestKernel } from "../src/motion/fastest-kernel.ts";
import { createFrameDifference } from "../src/motion/frame-difference.ts";
import type { KernelMaker } from "../src/motion/kernel.ts";
import { createPlainKernel } from "../src/motion/plain-kernel.ts";
import { type Mover, renderScene } from "../test/support/scenes.ts";

const RATE = 5;
const WINDOWS = 9;
/** Long enough for the machine code to have settled. */
const WINDOW_US = 300_000;
const WALK_EVERY_S = 12;

const { values } = parseArgs({
  options: {
    width: { type: "string", default: "160" },
    height: { type: "string", default: "96" },
    seconds: { type: "string", default: "24" },
  },
});
const [width, height, seconds] = [values.width, values.height, values.seconds].map(Number);
if (!width || !height || !seconds) throw new Error("--width, --height and --seconds are numbers.");

const size = { width, height, framesPerSecond: RATE };
const walked = renderScene({ ...size, seconds, noise: 3, movers: toWalkers(seconds) });
const quiet = renderScene({ ...size, seconds, noise: 3 });
const result = {
  us_per_frame: measure(walked, createFastestKernel),
  us_per_quiet_frame: measure(quiet, createFastestKernel),
  us_per_frame_plain: measure(walked, createPlainKernel),
  us_per_quiet_frame_plain: measure(quiet, createPlainKernel),
  width,
  height,
};
console.log(`${width}x${height}, median of ${WINDOWS} windows of ${WINDOW_US / 1000} ms`);
console.log(
  `fastest kernel: ${result.us_per_frame} us, ${result.us_per_quiet_frame} us when quiet`,
);
console.log(
  `plain kernel: ${result.us_per_frame_plain} us, ${result.us_per_quiet_frame_plain} us when quiet`,
);
console.log(JSON.stringify(result));

function toWalkers(until: number): Mover[] {
  const starts = Array.from({ length: Math.floor(until / WALK_EVERY_S) }, (_, n) => n);
  return starts.map((n) => ({
    startsAt: (n + 0.5) * WALK_EVERY_S,
    endsAt: (n + 1) * WALK_EVERY_S,
    from: [-0.1, 0.3],
    to: [1, 0.4],
    width: 0.1,
    height: 0.35,
  }));
}

/** The first window only warms up. */
function measure(frames: readonly Frame[], createKernel: KernelMaker): number {
  const options = { ...size, sensitivity: 0.5, masks: [] } as const;
  const detector = createFrameDifference(options, createKernel);
  const windows: number[] = [];
  for (let window = 0; window <= WINDOWS; window += 1) {
    const started = process.cpuUsage();
    let [observed, spentUs] = [0, 0];
    for (; spentUs < WINDOW_US; spentUs = toMicroseconds(process.cpuUsage(started))) {
      for (const frame of frames) detector.observe(frame);
      observed += frames.length;
    }
    if (window > 0) windows.push(spentUs / observed);
  }
  const median = windows.toSorted((a, b) => a - b)[WINDOWS >> 1] ?? Number.NaN;
  return Math.round(median * 10) / 10;
}

function toMicroseconds({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

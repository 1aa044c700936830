import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { expect, test } from "vitest";

import { createRecentFrames } from "../../src/motion/recent-frames.ts";
import { renderScene } from "../support/scenes.ts";

/** A frame of 160x96 as it is, and a little. */
const BYTES_A_FRAME = 20_000;
const OF_OTHERS_BYTES = 30_000;

test("what is kept of a frame takes no more memory than its packed bytes", () => {
  const scene = renderScene({ seconds: 60, movers: [] });
  const frames = createRecentFrames({ spanMs: 600_000, bytesMax: () => 100_000_000 });
  const before = countBytes();
  for (const frame of scene) {
    frames.keep(frame);
    // What else the process does meanwhile, out of the runtime's shared blocks of 64 kB.
    Buffer.allocUnsafe(OF_OTHERS_BYTES);
  }
  expect((countBytes() - before) / scene.length).toBeLessThan(BYTES_A_FRAME);
  expect([...frames.list()].at(-1)?.luma).toEqual(scene.at(-1)?.luma);
});

/** Of all buffers that something still holds. */
function countBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().arrayBuffers;
}

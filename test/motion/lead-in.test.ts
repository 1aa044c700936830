import { expect, test } from "vitest";

import type { Frame } from "../../src/camera/frame.ts";
import { withLeadIn } from "../../src/motion/lead-in.ts";

async function* play(count: number): AsyncGenerator<Frame> {
  for (let sequence = 0; sequence < count; sequence += 1) {
    const timestampMs = 100 + sequence * 200;
    const times = { timestampMs, capturedAt: timestampMs };
    const picture = { width: 1, height: 1, luma: Uint8Array.of(sequence), settling: false };
    yield { cameraId: "file", sequence, unit: sequence, ...times, ...picture };
  }
}

async function show(count: number): Promise<string[]> {
  const frames: Frame[] = [];
  for await (const frame of withLeadIn(play(count), { framesPerSecond: 2 })) frames.push(frame);
  return frames.map(
    ({ luma, timestampMs, settling }) => `${luma[0]} at ${timestampMs}${settling ? " taught" : ""}`,
  );
}

test("the first two seconds teach backwards and are then told as they were", async () => {
  expect(await show(6)).toEqual([
    "4 at -700 taught",
    "3 at -500 taught",
    "2 at -300 taught",
    "1 at -100 taught",
    "0 at 100",
    "1 at 300",
    "2 at 500",
    "3 at 700",
    "4 at 900",
    "5 at 1100",
  ]);
});

test("footage that is shorter teaches with what it has; none at all stays none", async () => {
  expect(await show(2)).toEqual(["1 at -100 taught", "0 at 100", "1 at 300"]);
  expect(await show(1)).toEqual(["0 at 100"]);
  expect(await show(0)).toEqual([]);
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import { makeBrightnessClip } from "../support/brightness-clip.ts";
import { flipBits, openFlippingRelay } from "../support/flipping-relay.ts";
import { makeFootage } from "../support/footage.ts";
import { createRandom, readSeed } from "../support/random.ts";
import { encode, replayAsJson } from "../support/replay-command.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";
import { watchCamera } from "../support/watched-camera.ts";

/** One byte in so many is changed; nearly every picture has some. */
const SHARE = 1 / 2_000;

test("C6: a camera whose packets have flipped bits is read on, and well again afterwards", async () => {
  const seed = readSeed();
  console.log(`seed ${seed}`);
  await using folder = await openTempFolder();
  const clip = await makeBrightnessClip({ folder: folder.path });
  await using server = await openRtspServer({ mounts: { yard: clip } });
  const random = createRandom(seed);
  await using relay = await openFlippingRelay({ target: server.port, random });
  const given = { ffmpeg: createFfmpeg({ path: null }), clock: systemClock };
  await using yard = watchCamera({ ...given, url: `rtsp://127.0.0.1:${relay.port}/yard` });
  await yard.untilFrame((frame) => !frame.settling);

  relay.flip(SHARE);
  const { framesSeen } = yard.camera.status();
  const until = systemClock.monotonic() + 6_000;
  while (systemClock.monotonic() < until) await systemClock.sleep(200, { signal: STAYS });
  relay.flip(0);

  await yard.untilFrame((frame) => !frame.settling);
  expect(yard.camera.status().framesSeen).toBeGreaterThan(framesSeen);
  // Every frame is whole, whatever came.
  for (const frame of yard.frames) expect(frame.luma).toHaveLength(160 * 96);
  // Nothing that it says of itself is without a sentence.
  for (const { state, reason } of yard.states) {
    expect(state === "online" || state === "connecting" || reason !== null).toBe(true);
  }
});

test.each([11, 12, 13])(
  "C6: a transport stream with bits flipped by seed %i has no event where nothing moved",
  async (seed) => {
    await using folder = await openTempFolder();
    const { file, motion } = await makeFootage({ folder: folder.path, seconds: 30, movers: 1 });
    const whole = await encode(`${file}.ts`, "-i", file, "-c", "copy");
    const flipped = join(folder.path, "flipped.ts");
    const bytes = flipBits(await readFile(whole), SHARE / 10, createRandom(seed));
    await writeFile(flipped, bytes);

    const { events, end } = await replayAsJson(flipped);

    expect(end.frames).toBeGreaterThan(0);
    for (const { started_s, ended_s } of events) {
      const isTrue = motion.some(
        ({ startS, endS }) => started_s < endS + 3 && ended_s > startS - 3,
      );
      expect(isTrue).toBe(true);
    }
  },
);

const STAYS = new AbortController().signal;

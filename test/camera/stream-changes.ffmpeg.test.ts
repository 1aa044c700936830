import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import { makeBrightnessClip } from "../support/brightness-clip.ts";
import { encode } from "../support/replay-command.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";
import { watchCamera } from "../support/watched-camera.ts";

let folder: Awaited<ReturnType<typeof openTempFolder>>;
let clip: string;

beforeAll(async () => {
  folder = await openTempFolder();
  clip = await makeBrightnessClip({ folder: folder.path });
});

afterAll(() => folder[Symbol.asyncDispose]());

const given = { ffmpeg: createFfmpeg({ path: null }), clock: systemClock };

test("C5: a camera that comes back with another codec and size is read on, and settles anew", async () => {
  const size = "640:384";
  const other = await makeBrightnessClip({ folder: folder.path, codec: "hevc", size });
  const mounts = { yard: clip };
  await using server = await openRtspServer({ mounts });
  await using yard = watchCamera({ ...given, url: server.url("yard") });
  await yard.untilFrame((frame) => !frame.settling);

  await server.stop("SIGKILL");
  mounts.yard = other;
  await server.restart();
  const first = await yard.untilFrame((frame) => frame.settling);
  await yard.untilFrame((frame) => !frame.settling);

  expect(first).toMatchObject({ width: 160, height: 96, settling: true });
  expect(yard.states.map(({ state }) => state)).toEqual(["online", "offline", "online"]);
  expect(yard.camera.status()).toMatchObject({
    ...{ state: "online", reason: null, codec: "h265", width: 640, height: 384 },
  });
});

test("C6: a camera whose video arrives with gaps stays online, counts it and says so", async () => {
  const whole = await makeBrightnessClip({ folder: folder.path, name: "whole", codec: "hevc" });
  const missing = "noise=amount=0:drop=eq(mod(n\\,20)\\,9)";
  const words = ["-i", whole, "-c", "copy", "-bsf:v", missing];
  const damaged = await encode(join(folder.path, "damaged.mp4"), ...words);
  await using server = await openRtspServer({ mounts: { yard: damaged } });
  await using yard = watchCamera({ ...given, url: server.url("yard") });

  await yard.untilFrame(() => yard.camera.status().unitsDamaged > 1);

  expect(yard.states.map(({ state }) => state)).toEqual(["online"]);
  expect(yard.camera.status().reason).toMatch(/arrives damaged/);
});

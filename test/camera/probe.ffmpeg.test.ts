import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { createFfmpeg, probeFfmpeg } from "../../src/camera/ffmpeg.ts";
import { probeCamera } from "../../src/camera/probe.ts";
import { makeBrightnessClip } from "../support/brightness-clip.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

let folder: Awaited<ReturnType<typeof openTempFolder>>;
let clip: string;

beforeAll(async () => {
  folder = await openTempFolder();
  clip = await makeBrightnessClip({ folder: folder.path, codec: "hevc" });
});

afterAll(() => folder[Symbol.asyncDispose]());

const given = {
  ffmpeg: createFfmpeg({ path: null }),
  clock: systemClock,
  log: createLog({ level: "silent" }),
  signal: new AbortController().signal,
};

test("the ffmpeg of this box is found and tells what it can do", async () => {
  const ffmpeg = await probeFfmpeg({ path: null });

  expect(await ffmpeg.abilities()).toMatchObject({
    path: expect.stringMatching(/^\/.*ffmpeg$/),
    version: expect.stringMatching(/\d/),
    socketTimeout: expect.stringMatching(/timeout$/),
  });
});

test("a missing ffmpeg is an error that says what to install", async () => {
  await expect(probeFfmpeg({ path: "/nowhere/ffmpeg" })).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/apt-get install ffmpeg/),
  });
});

test("a camera is opened once and tells codec, size and rate, with a picture", async () => {
  const login = { user: "viewer", password: "s3cr3t-w0rd" };
  await using server = await openRtspServer({ mounts: { yard: clip }, ...login });

  const answer = await probeCamera(server.url("yard"), given);

  expect(answer).toMatchObject({ codec: "h265", width: 320, height: 192 });
  expect(answer.framesPerSecond).toBeGreaterThan(5);
  expect(answer.still.rgb).toHaveLength(320 * 192 * 3);
});

test("what is wrong with a camera is an error of its own kind, without the login", async () => {
  const login = { user: "viewer", password: "s3cr3t-w0rd" };
  await using server = await openRtspServer({ mounts: { yard: clip }, ...login });
  const wrong = server.url("yard").replace(login.password, "wr0ng-w0rd");
  const kindOf = async (url: string) => {
    const error = await probeCamera(url, given).catch((thrown: unknown) => thrown);
    expect(JSON.stringify([error, String(error)])).not.toMatch(/w0rd/);
    return error;
  };

  expect(await kindOf(wrong)).toMatchObject({ kind: "unauthenticated" });
  expect(await kindOf(server.url("none"))).toMatchObject({ kind: "invalid" });
  expect(await kindOf("file:///etc/passwd")).toMatchObject({ kind: "invalid" });
  expect(await kindOf("rtsp://127.0.0.1:1/yard")).toMatchObject({ kind: "unavailable" });
});

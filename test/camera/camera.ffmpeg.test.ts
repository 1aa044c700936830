import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import type { StillPicture } from "../../src/camera/frame.ts";
import { BRIGHTNESS_STEP, makeBrightnessClip, meanBrightness } from "../support/brightness-clip.ts";
import { listChildren } from "../support/children.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";
import { type WatchedCamera, watchCamera } from "../support/watched-camera.ts";

let folder: Awaited<ReturnType<typeof openTempFolder>>;
let h264: string;
let h265: string;

beforeAll(async () => {
  folder = await openTempFolder();
  h264 = await makeBrightnessClip({ folder: folder.path });
  h265 = await makeBrightnessClip({ folder: folder.path, codec: "hevc" });
});

afterAll(() => folder[Symbol.asyncDispose]());

const given = { ffmpeg: createFfmpeg({ path: null }), clock: systemClock };
const { signal } = new AbortController();

test.each(["h264", "h265"] as const)(
  "frames of %s come in order, with their times",
  async (codec) => {
    await using server = await openRtspServer({ mounts: { yard: codec === "h264" ? h264 : h265 } });
    await using yard = watchCamera({ ...given, url: server.url("yard") });

    await yard.untilFrame((frame) => !frame.settling);
    await yard.untilFrame(({ sequence }) => sequence >= 40);

    const { frames } = yard;
    expect(frames[0]).toMatchObject({ cameraId: "yard", width: 160, height: 96, settling: true });
    expect(frames[0]?.luma).toHaveLength(160 * 96);
    for (const [i, frame] of frames.slice(1).entries()) {
      const before = frames[i];
      expect(frame.sequence).toBe((before?.sequence ?? 0) + 1);
      expect(frame.unit).toBeGreaterThan(before?.unit ?? 0);
      expect(frame.timestampMs).toBeGreaterThanOrEqual(before?.timestampMs ?? 0);
    }
    const settled = frames.find((frame) => !frame.settling);
    expect((settled?.timestampMs ?? 0) - (frames[0]?.timestampMs ?? 0)).toBeGreaterThanOrEqual(
      2_000,
    );
    expect(yard.camera.status()).toMatchObject({
      ...{ state: "online", reason: null, codec, width: 320, height: 192, connections: 1 },
    });
    expect(yard.camera.status().framesPerSecond).toBeGreaterThan(5);
    expect(yard.states.map(({ state }) => state)).toEqual(["online"]);
  },
);

/** Asks for the picture of every fifth frame and compares it with the frame. */
async function expectStillsOfTheirMoment(yard: WatchedCamera, count: number) {
  for (let i = 0; i < count; i += 1) {
    const frame = await yard.untilFrame(({ sequence }) => sequence % 5 === i % 5);
    const still = await yard.camera.still(frame, { signal });

    expect(still).not.toBeNull();
    const apart = meanBrightness(still?.rgb ?? new Uint8Array()) - meanBrightness(frame.luma);
    expect(Math.abs(apart)).toBeLessThan(BRIGHTNESS_STEP / 2);
  }
}

test.each(["h264", "h265"] as const)(
  "the still of a %s frame shows that very moment",
  async (codec) => {
    await using server = await openRtspServer({ mounts: { yard: codec === "h264" ? h264 : h265 } });
    await using yard = watchCamera({ ...given, url: server.url("yard") });

    await yard.untilFrame();
    await expectStillsOfTheirMoment(yard, 8);

    const newest = await yard.camera.latestStill({ signal });
    expect(newest).toMatchObject({ width: 320, height: 192 });
    expect(newest?.rgb).toHaveLength(320 * 192 * 3);
  },
);

test("a slower pace keeps the frames' own moments", async () => {
  await using server = await openRtspServer({ mounts: { yard: h264 } });
  const luma = { width: 64, height: 48, framesPerSecond: 5 };
  await using yard = watchCamera({ ...given, url: server.url("yard"), luma });

  await yard.untilFrame(({ sequence }) => sequence >= 15);

  const steady = yard.frames.slice(5);
  const spanMs = (steady.at(-1)?.timestampMs ?? 0) - (steady[0]?.timestampMs ?? 0);
  expect((steady.length - 1) / (spanMs / 1_000)).toBeLessThan(6);
  await expectStillsOfTheirMoment(yard, 3);
});

test("with a detail stream the still is its larger picture of the same moment", async () => {
  const large = await makeBrightnessClip({
    ...{ folder: folder.path, name: "large", size: "1920:1080" },
  });
  await using server = await openRtspServer({ mounts: { sub: h264, main: large } });
  await using yard = watchCamera({
    ...{ ...given, url: server.url("sub"), detailUrl: server.url("main") },
  });

  await yard.untilFrame(({ sequence }) => sequence >= 30);
  const frame = await yard.untilFrame();
  const still = await yard.camera.still(frame, { signal });

  expect(still).toMatchObject({ width: 1920, height: 1080 });
  expect(still?.rgb).toHaveLength(1920 * 1080 * 3);
});

test("without its detail stream a camera still gives its own pictures", async () => {
  await using server = await openRtspServer({ mounts: { sub: h264 } });
  const detailUrl = server.url("none");
  await using yard = watchCamera({ ...given, url: server.url("sub"), detailUrl });

  const frame = await yard.untilFrame();

  expect(await yard.camera.still(frame, { signal })).toMatchObject({ width: 320, height: 192 });
  expect(yard.camera.status().state).toBe("online");
});

test("the still of a frame that the ring no longer holds is null", async () => {
  await using server = await openRtspServer({ mounts: { yard: h264 } });
  await using yard = watchCamera({ ...given, url: server.url("yard") });

  const frame = await yard.untilFrame();

  expect(await yard.camera.still({ ...frame, unit: 0 }, { signal })).toBeNull();
  expect(await yard.camera.still({ ...frame, unit: 1_000_000 }, { signal })).toBeNull();
});

test("stills asked for together come one after the other, and all come", async () => {
  await using server = await openRtspServer({ mounts: { yard: h264 } });
  await using yard = watchCamera({ ...given, url: server.url("yard") });
  const frame = await yard.untilFrame();

  const asked = Array.from({ length: 4 }, () => yard.camera.still(frame, { signal }));
  const aborted = yard.camera.still(frame, { signal: AbortSignal.abort() });
  const children = await listChildren(process.pid);

  expect(children.filter(({ args }) => args.includes("image2pipe")).length).toBeLessThan(2);
  await expect(aborted).rejects.toThrow();
  const stills: (StillPicture | null)[] = await Promise.all(asked);
  expect(stills.every((still) => still?.width === 320)).toBe(true);
});

test("a small stream is decoded by the ffmpeg that copies it, as soon as its size is known", async () => {
  await using server = await openRtspServer({ mounts: { yard: h264 } });
  await using yard = watchCamera({ ...given, decoding: "auto", url: server.url("yard") });

  const frame = await yard.untilFrame((one) => !one.settling);
  const children = await listChildren(process.pid);
  const still = await yard.camera.still(frame, { signal });

  expect(children.filter(({ args }) => args[0]?.endsWith("ffmpeg"))).toHaveLength(1);
  expect(yard.states.map(({ state }) => state)).toEqual(["online"]);
  expect(yard.camera.status().decoding).toMatchObject({ mode: "full", now: "watching" });
  expect(yard.camera.status().decoding.reason).toMatch(/so small/);
  expect(still).toMatchObject({ width: 320, height: 192 });
});

test("B frames are put in the order of their pictures", async () => {
  const clip = await makeBrightnessClip({ folder: folder.path, name: "b-frames", bFrames: 2 });
  await using server = await openRtspServer({ mounts: { yard: clip } });
  await using yard = watchCamera({ ...given, url: server.url("yard") });

  await yard.untilFrame(({ sequence }) => sequence >= 45);

  const levels = yard.frames.map(({ luma }) => meanBrightness(luma));
  const falls = levels.filter((level, i) => i > 0 && level < (levels[i - 1] ?? 0));
  // Two seconds a loop: the brightness falls when it begins anew, and never between.
  expect(falls.length).toBeLessThanOrEqual(Math.ceil(levels.length / 20) + 1);
});

test("no login is seen among arguments, in the environment, in logs or in the status", async () => {
  process.env["NIGHTJAR_TEST_SECRET"] = "s3cr3t-of-the-daemon";
  const login = { user: "viewer", password: "s3cr3t-w0rd" };
  await using server = await openRtspServer({ mounts: { yard: h264 }, ...login });
  await using yard = watchCamera({ ...given, url: server.url("yard") });
  await yard.untilFrame();

  const children = await listChildren(process.pid);
  const ffmpegs = children.filter(({ args }) => args[0]?.endsWith("ffmpeg"));
  await server.stop("SIGKILL");
  await yard.untilState("offline");

  expect(ffmpegs.length).toBeGreaterThanOrEqual(1);
  expect(JSON.stringify(ffmpegs)).not.toMatch(/s3cr3t|viewer/);
  for (const { environment } of ffmpegs) expect(environment).toHaveLength(1);
  expect(yard.logged()).toContain("camera session ended");
  expect(yard.logged() + JSON.stringify(yard.states)).not.toContain("s3cr3t");
  delete process.env["NIGHTJAR_TEST_SECRET"];
});

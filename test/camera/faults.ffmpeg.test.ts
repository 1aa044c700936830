import { once } from "node:events";
import { symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import { makeBrightnessClip } from "../support/brightness-clip.ts";
import { listChildren } from "../support/children.ts";
import { createManualClock } from "../support/manual-clock.ts";
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
const login = { user: "viewer", password: "s3cr3t-w0rd" };

test("C1: a camera that loses its power is offline, comes back by itself, and settles anew", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  await using yard = watchCamera({ ...given, url: server.url("yard") });
  const before = await yard.untilFrame((frame) => !frame.settling);

  await server.stop("SIGKILL");
  const { reason } = await yard.untilState("offline");
  await server.restart();
  const first = await yard.untilFrame();

  expect(reason).toMatch(/camera/i);
  expect(first.settling).toBe(true);
  expect(first.unit).toBeGreaterThan(before.unit);
  expect(yard.states.map(({ state }) => state)).toEqual(["online", "offline", "online"]);
  expect(yard.camera.status().connections).toBeGreaterThan(1);
});

test("C2: a camera that falls silent has stalled, and goes on when it speaks again", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  await using yard = watchCamera({ ...given, url: server.url("yard") });
  await yard.untilFrame();

  server.pause();
  const { reason } = await yard.untilState("stalled");
  server.resume();
  await yard.untilState("online");

  expect(reason).toMatch(/sends nothing/);
  expect(yard.states.map(({ state }) => state)).toEqual(["online", "stalled", "online"]);
});

test("C2: something that takes the connection and never answers has stalled", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await using yard = watchCamera({ ...given, url: `rtsp://127.0.0.1:${port}/yard` });

  const { state } = await yard.untilState("stalled");

  expect(state).toBe("stalled");
  silent.close();
});

test("C3: with its login a camera opens; with a wrong one it says so and waits a minute", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip }, ...login });
  await using right = watchCamera({ ...given, url: server.url("yard") });
  await right.untilFrame();

  const url = server.url("yard").replace("s3cr3t-w0rd", "wr0ng-w0rd");
  const clock = createManualClock();
  await using wrong = watchCamera({ ...given, clock, url });
  const { reason } = await wrong.untilState("auth_failed");
  await clock.advance(59_000);

  expect(reason).toMatch(/login/);
  expect(wrong.logged()).not.toMatch(/w0rd/);
  expect(wrong.camera.status().connections).toBe(1);
});

test("C4: a path that the camera does not know is an error of the configuration", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  await using yard = watchCamera({ ...given, url: server.url("none") });

  const { reason } = await yard.untilState("config_error");

  expect(reason).toMatch(/path/);
});

test("C12: an address that is refused never reaches ffmpeg", async () => {
  await using yard = watchCamera({ ...given, url: "concat:/etc/passwd" });

  const { reason } = await yard.untilState("config_error");

  expect(reason).toMatch(/must begin with rtsp/);
  expect(yard.camera.status().connections).toBe(0);
});

test("C1: where nobody listens the camera is offline and no ffmpeg is started", async () => {
  await using yard = watchCamera({ ...given, url: "rtsp://127.0.0.1:1/yard" });

  const { reason } = await yard.untilState("offline");

  expect(reason).toMatch(/refuses connections/);
  expect(yard.camera.status().connections).toBe(0);
});

test("C9: a missing ffmpeg is told with what to do, and one installed later is found", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  const path = join(folder.path, "ffmpeg-later");
  const clock = createManualClock();
  await using yard = watchCamera({
    clock,
    ffmpeg: createFfmpeg({ path }),
    url: server.url("yard"),
  });

  const { reason } = await yard.untilState("ffmpeg_missing");
  await symlink("/usr/bin/ffmpeg", path);
  const framed = yard.untilFrame();
  await clock.advance(10_000);
  await framed;

  expect(reason).toMatch(/apt-get install/);
  expect(yard.camera.status().state).toBe("online");
});

/** An ffmpeg that behaves oddly when the pattern is among its arguments, and is itself otherwise. */
async function writeOddFfmpeg(name: string, pattern: string, behaviour: string): Promise<string> {
  const path = join(folder.path, name);
  const script = ["#!/bin/sh", 'case "$*" in', `${pattern}) ${behaviour};;`, "esac"];
  await writeFile(path, `${script.join("\n")}\nexec /usr/bin/ffmpeg "$@"\n`, { mode: 0o755 });
  return path;
}

test.each([
  ["dies of a signal", "kill -SEGV $$", "ffmpeg_crashed"],
  ["ends at once without a word", "exit 0", "ffmpeg_crashed"],
  [
    "finds no H.264 or H.265",
    "echo '  Stream #0:0: Video: mjpeg, yuvj420p, 640x360\nOutput #0' >&2; exec sleep 60",
    "config_error",
  ],
] as const)("C9: an ffmpeg that %s is no camera that is gone", async (_, odd, state) => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  const path = await writeOddFfmpeg(`ffmpeg-${odd.slice(0, 4).trim()}`, "*rawvideo*", odd);
  const ffmpeg = createFfmpeg({ path });
  await using yard = watchCamera({ ...given, ffmpeg, url: server.url("yard") });

  const { reason } = await yard.untilState(state);

  expect(reason).toMatch(state === "ffmpeg_crashed" ? /ffmpeg/ : /sends mjpeg/);
});

test("C9: a program that is no ffmpeg at all is told, and does not end the daemon", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  const ffmpeg = createFfmpeg({ path: "/bin/true" });
  await using yard = watchCamera({ ...given, ffmpeg, url: server.url("yard") });

  const { reason } = await yard.untilState("ffmpeg_missing");

  expect(reason).toMatch(/does not run as ffmpeg/);
});

test("C9: an older ffmpeg, which takes no options in a script, gets the address directly", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip }, ...login });
  const path = await writeOddFfmpeg(
    ...(["ffmpeg-old", "*'-f null'*", "echo \"unknown keyword 'option'\" >&2; exit 1"] as const),
  );
  const ffmpeg = createFfmpeg({ path });
  await using yard = watchCamera({ ...given, ffmpeg, url: server.url("yard") });

  await yard.untilFrame();
  const wrong = server.url("yard").replace(login.password, "wr0ng-w0rd");
  await using refused = watchCamera({ ...given, ffmpeg, url: wrong });
  await refused.untilState("auth_failed");

  expect(await ffmpeg.abilities()).toMatchObject({ scriptOptions: false });
  expect(yard.logged() + refused.logged()).not.toMatch(/w0rd/);
});

test("a stream that hides its size at first is read patiently the second time", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  const hides = "echo '[rawvideo @ 0x1] dimensions not set' >&2; exit 1";
  const path = await writeOddFfmpeg("ffmpeg-hides", "*concat*'-probesize 32 '*", hides);
  const ffmpeg = createFfmpeg({ path });
  await using yard = watchCamera({ ...given, ffmpeg, url: server.url("yard") });

  const frame = await yard.untilFrame();

  expect(frame.settling).toBe(true);
});

test("C9: a decoder that dies is replaced, the session stays, and its frames settle", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  // Where nothing is left out the reader decodes, and there is no decoder that could die alone.
  const decoding = "adaptive";
  await using yard = watchCamera({ ...given, decoding, url: server.url("yard") });
  await yard.untilFrame((frame) => !frame.settling);
  const children = await listChildren(process.pid);
  const decoder = children.find(({ args }) => args.some((arg) => arg.startsWith("scale=160")));
  if (!decoder) throw new Error("There is no decoder.");

  process.kill(decoder.pid, "SIGKILL");
  const next = await yard.untilFrame((frame) => frame.settling);

  expect(next.settling).toBe(true);
  expect(yard.camera.status()).toMatchObject({ state: "online", connections: 1 });
});

test("a camera that is stopped leaves no process behind", async () => {
  await using server = await openRtspServer({ mounts: { yard: clip } });
  const yard = watchCamera({ ...given, url: server.url("yard") });
  await yard.untilFrame();

  await yard[Symbol.asyncDispose]();
  const left = await listChildren(process.pid);

  expect(left.filter(({ args }) => args.includes("rawvideo"))).toEqual([]);
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { createUnitCutter } from "../../src/camera/access-units.ts";
import type { StreamLine } from "../../src/camera/complaint.ts";
import type { DecodedPicture } from "../../src/camera/decoder.ts";
import { createDecoding } from "../../src/camera/decoding.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import { type AccessUnit, createRing } from "../../src/camera/ring.ts";
import { decodeStill } from "../../src/camera/still.ts";
import { BRIGHTNESS_STEP, makeBrightnessClip, meanBrightness } from "../support/brightness-clip.ts";
import { openTempFolder } from "../support/temp-folder.ts";

let folder: Awaited<ReturnType<typeof openTempFolder>>;
const ffmpeg = createFfmpeg({ path: null });
const ring = createRing();

beforeAll(async () => {
  folder = await openTempFolder();
});

afterAll(() => folder[Symbol.asyncDispose]());

/** The units of a new clip, ten a second from a moment on. */
async function makeUnits(options: { size: string; fromMs: number }): Promise<AccessUnit[]> {
  const name = options.size.replace(":", "x");
  const file = await makeBrightnessClip({ folder: folder.path, name, size: options.size });
  const args = ["-nostdin", "-v", "error", "-i", file, "-c", "copy"];
  const { stdout } = await promisify(execFile)(
    "ffmpeg",
    [...args, "-bsf:v", "h264_mp4toannexb", "-f", "h264", "-"],
    { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
  );
  const cutter = createUnitCutter();
  const cuts = [...cutter.push(stdout, { capturedAt: 0, timestampMs: 0 }), ...cutter.flush()];
  return cuts.map((cut, i) => ring.push({ ...cut, timestampMs: options.fromMs + i * 100 }));
}

type SettlingPicture = DecodedPicture & { settling: boolean };

/** More than ffmpeg withholds. */
const STARTING_UNITS = 6;

/** Feeds as a camera would, at a steady pace, only faster; what is in hand at the end is left. */
async function decode(units: readonly AccessUnit[], framesPerSecond = 10) {
  const pictures: SettlingPicture[] = [];
  const streams: StreamLine[] = [];
  let damaged = 0;
  const stop = new AbortController();
  const begun = Promise.withResolvers<void>();
  const decoding = createDecoding({
    wish: "full",
    luma: { width: 64, height: 48, framesPerSecond },
    ffmpeg,
    onPicture: (picture, settling) => {
      pictures.push({ ...picture, settling });
      begun.resolve();
    },
    onStream: (stream) => streams.push(stream),
    onDamage: () => {
      damaged += 1;
    },
    onChange: () => {},
    glance: () => "calm",
    unitsSince: ring.since,
    signal: stop.signal,
  });
  for (const [i, unit] of units.entries()) {
    // However long ffmpeg takes to start on a busy box.
    if (i === STARTING_UNITS) await begun.promise;
    await systemClock.sleep(25, { signal: stop.signal });
    decoding.feed(unit);
  }
  stop.abort();
  return { pictures, streams, damaged };
}

test("C5: a stream that changes its size is decoded on, and its pictures settle anew", async () => {
  const small = await makeUnits({ size: "320:192", fromMs: 0 });
  const large = await makeUnits({ size: "640:368", fromMs: 4_000 });

  const { pictures, streams } = await decode([...small.slice(0, 40), ...large]);

  const second = pictures.filter(({ unit }) => unit.timestampMs >= 4_000);
  expect(streams.map(({ width }) => width)).toEqual([320, 640]);
  expect(second[0]?.settling).toBe(true);
  expect(second.find(({ settling }) => !settling)?.unit.timestampMs).toBe(6_000);
  expect(new Set(pictures.map(({ luma }) => luma.length))).toEqual(new Set([64 * 48]));
});

/** The brightness of each moment of the clip is known; twenty pictures to a loop. */
function expectMoments(pictures: readonly DecodedPicture[], loopMs: number, fromMs: number): void {
  for (const { unit, luma } of pictures) {
    const moment = Math.round(((unit.timestampMs - fromMs) * 20) / loopMs) % 20;
    const apart = meanBrightness(luma) - ((30 + 10 * moment - 16) * 255) / 219;
    expect(Math.abs(apart)).toBeLessThan(BRIGHTNESS_STEP / 2);
  }
}

test.each([
  { framesPerSecond: 10, how: "garbage", keep: 0 },
  { framesPerSecond: 5, how: "garbage", keep: 0 },
  { framesPerSecond: 10, how: "cut off", keep: 0.3 },
])(
  "C6: units that are $how spoil nothing up to the next key unit, at $framesPerSecond a second",
  async ({ framesPerSecond, keep }) => {
    const units = await makeUnits({ size: "320:208", fromMs: 20_000 });
    const spoil = (bytes: Buffer) =>
      keep > 0 ? bytes.subarray(0, bytes.length * keep) : Buffer.alloc(bytes.length, 0x33);
    const given = units.map((unit, i) =>
      i % 20 === 7 ? { ...unit, bytes: spoil(unit.bytes) } : unit,
    );

    const { pictures, damaged } = await decode(given, framesPerSecond);

    const places = pictures.map(({ unit }) => ((unit.timestampMs - 20_000) / 100) % 20);
    expect(damaged).toBe(4);
    expect(places.length).toBeGreaterThan(4);
    expect(Math.max(...places)).toBeLessThan(7);
    expectMoments(pictures, 2_000, 20_000);
  },
);

test("C8: a stream faster than wanted keeps its moments, also when it changes its rate", async () => {
  const units = await makeUnits({ size: "320:240", fromMs: 0 });
  const faster = units.map((unit, i) => ring.push({ ...unit, timestampMs: 8_000 + i * 50 }));
  const slower = units.map((unit, i) => ring.push({ ...unit, timestampMs: 12_000 + i * 200 }));

  const { pictures } = await decode([...units, ...faster, ...slower], 5);

  const during = (fromMs: number, toMs: number) =>
    pictures.filter(({ unit }) => unit.timestampMs >= fromMs && unit.timestampMs < toMs);
  expectMoments(during(0, 8_000), 2_000, 0);
  expectMoments(during(8_000, 12_000), 1_000, 8_000);
  expectMoments(during(12_000, 28_000), 4_000, 12_000);
  expect(during(5_000, 8_000).length).toBeGreaterThan(10);
  expect(during(20_000, 27_000).length).toBeGreaterThan(25);
  // The scene was the same all along, so what watches it need not begin anew.
  expect(during(3_000, 28_000).filter(({ settling }) => settling)).toEqual([]);
});

test("a still is the last picture of what it is given, and garbage gives none", async () => {
  const units = await makeUnits({ size: "320:224", fromMs: 60_000 });
  const { signal } = new AbortController();

  const eighth = await decodeStill(units.slice(0, 8), { ffmpeg, signal });
  const garbage = { ...(units[0] as AccessUnit), bytes: Buffer.alloc(5_000, 0x33) };

  expect(eighth).toMatchObject({ width: 320, height: 224 });
  const expected = ((30 + 10 * 7 - 16) * 255) / 219;
  const apart = meanBrightness(eighth?.rgb ?? new Uint8Array()) - expected;
  expect(Math.abs(apart)).toBeLessThan(BRIGHTNESS_STEP / 2);
  expect(await decodeStill([garbage], { ffmpeg, signal })).toBeNull();
  expect(await decodeStill([], { ffmpeg, signal })).toBeNull();
});

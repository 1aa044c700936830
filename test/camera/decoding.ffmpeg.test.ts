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

/** Feeds as a camera would, at a steady pace, only faster; what is in hand at the end is left. */
async function decode(units: readonly AccessUnit[]) {
  const pictures: (DecodedPicture & { settling: boolean })[] = [];
  const streams: StreamLine[] = [];
  const stop = new AbortController();
  const decoding = createDecoding({
    luma: { width: 64, height: 48, framesPerSecond: 10 },
    ffmpeg,
    onPicture: (picture, settling) => {
      pictures.push({ ...picture, settling });
    },
    onStream: (stream) => streams.push(stream),
    signal: stop.signal,
  });
  for (const unit of units) {
    await systemClock.sleep(25, { signal: stop.signal });
    decoding.feed(unit);
  }
  stop.abort();
  return { pictures, streams };
}

test("a stream that changes its size is decoded on, and its pictures settle anew", async () => {
  const small = await makeUnits({ size: "320:192", fromMs: 0 });
  const large = await makeUnits({ size: "640:368", fromMs: 4_000 });

  const { pictures, streams } = await decode([...small.slice(0, 40), ...large]);

  const second = pictures.filter(({ unit }) => unit.timestampMs >= 4_000);
  expect(streams.map(({ width }) => width)).toEqual([320, 640]);
  expect(second[0]?.settling).toBe(true);
  expect(second.find(({ settling }) => !settling)?.unit.timestampMs).toBe(6_000);
  expect(new Set(pictures.map(({ luma }) => luma.length))).toEqual(new Set([64 * 48]));
});

test("units that are damaged give pictures of the right moment again afterwards", async () => {
  const units = await makeUnits({ size: "320:208", fromMs: 20_000 });
  const again = units.map((unit) => ring.push({ ...unit, timestampMs: unit.timestampMs + 8_000 }));
  const third = units.map((unit) => ring.push({ ...unit, timestampMs: unit.timestampMs + 16_000 }));
  const damaged = units.map((unit, i) =>
    i % 20 === 7 ? { ...unit, bytes: Buffer.alloc(unit.bytes.length, 0x33) } : unit,
  );

  const { pictures } = await decode([...damaged, ...again, ...third]);

  // The brightness of each moment of the clip is known; at the end it has to be right again.
  const late = pictures.filter(({ unit }) => unit.timestampMs >= 42_000);
  expect(late.length).toBeGreaterThan(5);
  for (const { unit, luma } of late) {
    const moment = ((unit.timestampMs - 20_000) / 100) % 20;
    const apart = meanBrightness(luma) - ((30 + 10 * moment - 16) * 255) / 219;
    expect(Math.abs(apart)).toBeLessThan(BRIGHTNESS_STEP / 2);
  }
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

import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { createDecoding } from "../../src/camera/decoding.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import type { DecodingState, Frame } from "../../src/camera/frame.ts";
import { createRing } from "../../src/camera/ring.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import { createGlance, mayMove } from "../../src/motion/glance.ts";
import { readClipUnits } from "../support/clip-units.ts";
import { type Footage, makeFootage } from "../support/footage.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const RATE = 10;
const luma = { width: 160, height: 96, framesPerSecond: 5 };
let folder: Awaited<ReturnType<typeof openTempFolder>>;
let footage: Footage;

beforeAll(async () => {
  folder = await openTempFolder();
  const size = { width: 320, height: 192, framesPerSecond: RATE };
  footage = await makeFootage({ folder: folder.path, ...size, seconds: 60, movers: 1 });
});

afterAll(() => folder[Symbol.asyncDispose]());

/** A camera's whole decoding, several times faster than real time; each frame's number is its unit's. */
async function decode(footage: Footage, keyEveryS = 2) {
  const stop = new AbortController();
  const ring = createRing();
  const frames: (Pick<Frame, "timestampMs" | "settling" | "unit"> & { mayMove: boolean })[] = [];
  const states: DecodingState[] = [];
  const settings = { ...luma, sensitivity: 0.5, masks: [] };
  const detector = createFrameDifference(settings);
  const { look: glance } = createGlance(settings);
  const decoding = createDecoding({
    ...{ luma, wish: "adaptive", ffmpeg: createFfmpeg({ path: null }), signal: stop.signal },
    onStream: () => {},
    onDamage: () => {},
    onChange: (state) => states.push(state),
    unitsSince: ring.since,
    glance: ({ unit: { timestampMs }, luma: pixels }, sight) =>
      glance({ ...luma, timestampMs, luma: pixels, settling: sight === "settling", sight }),
    onPicture: ({ unit, luma: pixels }, settling) => {
      const { timestampMs, number } = unit;
      const score = detector.observe({ ...luma, timestampMs, luma: pixels, settling });
      frames.push({ timestampMs, settling, unit: number, mayMove: mayMove(score) });
      if (mayMove(score)) decoding.watchClosely(timestampMs);
    },
  });
  for (const [i, cut] of (await readClipUnits(footage.file)).entries()) {
    await systemClock.sleep(15, { signal: stop.signal });
    // A key unit that is not told to be one is decoded as any other.
    const key = i % (keyEveryS * RATE) === 0;
    decoding.feed(ring.push({ ...cut, key, timestampMs: (i * 1_000) / RATE }));
  }
  const { state } = decoding;
  stop.abort();
  await decoding.ended();
  return { frames, states, state };
}

function between(frames: readonly { timestampMs: number }[], fromS: number, toS: number): number {
  return frames.filter(
    ({ timestampMs }) => timestampMs >= fromS * 1_000 && timestampMs < toS * 1_000,
  ).length;
}

test("what moves is seen from its start on, each picture once and in order, and then it is quiet", async () => {
  const { frames, states, state } = await decode(footage);
  const { startS = 0, endS = 0 } = footage.motion[0] ?? {};

  expect(startS).toBeGreaterThan(16);
  const numbers = frames.map(({ unit }) => unit);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  // Quiet: one picture in two seconds.
  expect(between(frames, startS - 8, startS - 2)).toBeLessThan(5);
  // Five a second from before the first moment on, although it was noticed only later.
  const seen = between(frames, startS, endS);
  expect(seen).toBeGreaterThanOrEqual(Math.floor((endS - startS) * 5) - 1);
  const first = frames.find(({ timestampMs, mayMove }) => mayMove && timestampMs > 16_000);
  expect((first?.timestampMs ?? 0) / 1_000).toBeLessThan(startS + 1.5);
  expect(states.map(({ now }) => now).filter((now) => now === "quiet").length).toBeGreaterThan(1);
  expect(state).toEqual({ mode: "adaptive", now: "quiet", reason: null });
  expect(between(frames, 54, 60)).toBeLessThan(5);
});

test("a stream whose key frames are far apart is decoded in full, and it says so", async () => {
  const { frames, state } = await decode(footage, 10);

  expect(state).toMatchObject({ mode: "full", reason: expect.stringContaining("10 s apart") });
  expect(between(frames, 12, 58)).toBeGreaterThan(46 * 4);
});

import { expect, test } from "vitest";

import type { Frame } from "../../src/camera/frame.ts";
import { createAttention } from "../../src/motion/attention.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import { createRecentFrames } from "../../src/motion/recent-frames.ts";
import { type Rehearsal, rehearse } from "../../src/motion/rehearsal.ts";
import { createTrigger } from "../../src/motion/trigger.ts";
import { noHabit } from "../support/movers.ts";
import { renderScene, SCENE_STARTS_AT } from "../support/scenes.ts";

const FRAMES_PER_SECOND = 5;
const walk = renderScene({
  seconds: 30,
  movers: [
    { startsAt: 10, endsAt: 18, width: 0.08, height: 0.3, from: [0.05, 0.4], to: [0.85, 0.4] },
  ],
});

function tryOut(
  frames: Iterable<Frame>,
  given: {
    sensitivity?: number;
    significanceThreshold?: number;
    masks?: [number, number][][];
    isOpen?: boolean;
  },
): Promise<Rehearsal> {
  const { sensitivity = 0.5, significanceThreshold = 0.3, masks = [], isOpen = true } = given;
  const options = { width: 160, height: 96, framesPerSecond: FRAMES_PER_SECOND };
  const mayBeginAt = () => isOpen;
  return rehearse(frames, {
    detector: createFrameDifference({ ...options, sensitivity, masks }),
    attention: createAttention({ zones: [], minArea: 0 }, noHabit),
    trigger: createTrigger({ significanceThreshold, mayBeginAt }),
    framesPerSecond: FRAMES_PER_SECOND,
    giveWay: async () => {},
    significanceThreshold,
    mayBeginAt,
  });
}

const secondsOf = (at: number) => (at - SCENE_STARTS_AT) / 1000;

test("a walker of the last minutes is the event that it was, with the reason", async () => {
  const { frames, events } = await tryOut(walk, {});
  expect(frames).toBe(walk.length);
  expect(events).toHaveLength(1);
  expect(secondsOf(events[0]?.startedAt ?? 0)).toBeCloseTo(10, 0);
  expect(secondsOf(events[0]?.endedAt ?? 0)).toBeCloseTo(18, 0);
  expect(events[0]?.sentence).toMatch(/reaches the threshold of 0.3/);
});

test("with a higher threshold, or under a mask, it is none, and each moment says why", async () => {
  const high = await tryOut(walk, { significanceThreshold: 0.95 });
  expect(high.events).toEqual([]);
  const strongest = high.moments.toSorted((a, b) => b.significance - a.significance)[0];
  expect(strongest?.sentence).toMatch(/is below the threshold of 0.95 for/);
  expect(strongest?.isEvent).toBe(false);

  const whole: [number, number][] = [
    [0, 0.3],
    [1, 0.3],
    [1, 0.8],
    [0, 0.8],
  ];
  const masked = await tryOut(walk, { masks: [whole] });
  expect(masked.events).toEqual([]);
});

test("what mattered outside of its hours is no event, and says that the hour was why", async () => {
  const { events, moments } = await tryOut(walk, { isOpen: false });
  expect(events).toEqual([]);
  const strongest = moments.toSorted((a, b) => b.significance - a.significance)[0];
  expect(strongest?.sentence).toMatch(/No event: at this hour nothing may become an event/);
});

test("long footage makes no more moments than a plot can show, and none of its peaks is lost", async () => {
  const long = renderScene({ seconds: 240, movers: [] });
  const { moments } = await tryOut([...long, ...walk.map(delay(240))], {});
  expect(moments.length).toBeLessThanOrEqual(301);
  expect(Math.max(...moments.map(({ significance }) => significance))).toBeGreaterThan(0.3);
});

const delay = (seconds: number) => (frame: Frame) => ({
  ...frame,
  capturedAt: frame.capturedAt + seconds * 1000,
  timestampMs: frame.timestampMs + seconds * 1000,
});

test("kept frames come back as they were, the oldest go first, and both limits hold", async () => {
  const whole = createRecentFrames({ spanMs: 60_000, bytesMax: () => 1e9 });
  for (const frame of walk) whole.keep(frame);
  expect([...whole.list()]).toEqual(walk);

  const short = createRecentFrames({ spanMs: 10_000, bytesMax: () => 1e9 });
  for (const frame of walk) short.keep(frame);
  const ages = [...short.list()].map(({ timestampMs }) => 29_800 - timestampMs);
  expect(ages[0]).toBeLessThanOrEqual(20_000);
  expect(ages[0]).toBeGreaterThanOrEqual(10_000);
  expect(ages.at(-1)).toBe(0);

  const small = createRecentFrames({ spanMs: 60_000, bytesMax: () => 600_000 });
  for (const frame of walk) small.keep(frame);
  const left = [...small.list()];
  expect(left.length).toBeLessThan(walk.length);
  expect(left.at(-1)).toEqual(walk.at(-1));
});

test("a stream that comes back with another size is kept as it is", () => {
  const recent = createRecentFrames({ spanMs: 60_000, bytesMax: () => 1e9 });
  const other = renderScene({ seconds: 2, width: 64, height: 48 }).map(delay(30));
  for (const frame of [...walk, ...other]) recent.keep(frame);
  expect([...recent.list()]).toEqual([...walk, ...other]);
});

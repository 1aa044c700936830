import { expect, test } from "vitest";

import type { Box, Frame } from "../../src/camera/frame.ts";
import { createAttention } from "../../src/motion/attention.ts";
import { explain, explainRestless } from "../../src/motion/explanation.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import type { Motion } from "../../src/motion/motion.ts";
import { createRestlessPlaces, type RestlessRecord } from "../../src/motion/restless.ts";
import { createTrigger } from "../../src/motion/trigger.ts";
import { noHabit } from "../support/movers.ts";
import { type Mover, renderScene, SCENE_STARTS_AT } from "../support/scenes.ts";

const FLAG: Box = [0.8, 0.05, 0.15, 0.15];
const THRESHOLD = 0.3;

/** Ten seconds of wind, then ten of calm: a detector that only learns of now begins anew each time. */
function renderFlag({ seconds, movers }: { seconds: number; movers?: readonly Mover[] }): Frame[] {
  const frames = renderScene({ seconds, ...(movers && { movers }) });
  for (const frame of frames) {
    const atS = frame.timestampMs / 1_000;
    if (!movers?.some(isAtFlag(atS))) wave(frame, atS % 20 < 10 ? atS : 0);
  }
  return frames;
}

/** Whoever stands there hides it. */
const isAtFlag = (atS: number) => (mover: Mover) =>
  mover.to[0] === FLAG[0] && atS >= mover.startsAt && atS < mover.endsAt;

function wave({ luma, width, height }: Frame, windS: number): void {
  const [left, top] = [Math.round(FLAG[0] * width), Math.round(FLAG[1] * height)];
  for (let y = top; y < top + FLAG[3] * height; y += 1) {
    for (let x = left; x < left + FLAG[2] * width; x += 1) {
      const fold = (x - left) / 4 - windS * 5.3 + 1.3 * Math.sin(y / 5 + windS * 2.1);
      luma[y * width + x] = Math.round(120 + 50 * Math.sin(fold));
    }
  }
}

/** All of a camera between its frames and its events, with what it remembers of its place. */
function watch(frames: readonly Frame[], remembered: RestlessRecord | null = null) {
  const memory: RestlessRecord[] = [];
  const restless = createRestlessPlaces({ remembered, onLearned: (record) => memory.push(record) });
  const rules = { zones: [], minArea: 0 };
  const attention = createAttention(rules, { ...noHabit, ...restless });
  const size = { width: 160, height: 96, framesPerSecond: 5 };
  const detector = createFrameDifference({ ...size, sensitivity: 0.5, masks: [] });
  const trigger = createTrigger({ significanceThreshold: THRESHOLD });
  const events: { startedS: number; endedS: number }[] = [];
  const sentences = new Set<string>();
  const take = (motion: Motion | null): void => {
    if (motion?.type !== "ended") return;
    const [startedS, endedS] = [toSecond(motion.startedAt), toSecond(motion.endedAt)];
    events.push({ startedS, endedS });
  };
  for (const frame of frames) {
    const seen = detector.observe(frame);
    restless.observe(frame, seen);
    const score = attention.weigh(frame, seen);
    sentences.add(explain(score, THRESHOLD));
    take(trigger.observe(frame, score));
  }
  take(trigger.interrupt());
  return { events, restless, memory, sentences: [...sentences] };
}

/** The same again and again, as time goes on. */
function repeat(frames: readonly Frame[], times: number): Frame[] {
  const periodMs = frames.length * 200;
  return Array.from({ length: times }, (_, round) =>
    frames.map((frame) => ({
      ...frame,
      timestampMs: frame.timestampMs + round * periodMs,
      capturedAt: frame.capturedAt + round * periodMs,
    })),
  ).flat();
}

const toSecond = (at: number) => (at - SCENE_STARTS_AT) / 1_000;

const crossing = (startsAt: number): Mover => ({
  ...{ startsAt, endsAt: startsAt + 6, width: 0.06, height: 0.25, contrast: 60 },
  ...{ from: [-0.1, 0.5], to: [1.1, 0.5] },
});
const learned = watch(repeat(renderFlag({ seconds: 20 }), 60));
const remembered = learned.memory.at(-1) ?? null;

test("a flag in gusts is learned as a restless place, and said", () => {
  const [most] = learned.restless.list();
  expect(most?.share).toBeGreaterThan(0.15);
  expect(most?.box[0]).toBeGreaterThan(0.6);
  expect(explainRestless(learned.restless.list())).toMatch(/places? moves? much of the time/);
  expect(learned.events.filter(({ startedS }) => startedS > 600)).toEqual([]);
  expect(learned.sentences.join("\n")).toContain("for lying in a place that always moves");
});

test("after a restart it makes no event, and everyone who crosses is found", () => {
  const minute = renderFlag({ seconds: 60, movers: [crossing(13), crossing(40)] });
  const { events } = watch(repeat(minute, 3), remembered);
  const starts = events.map(({ startedS }) => Math.floor(startedS));
  expect(starts).toEqual([13, 40, 73, 100, 133, 160]);
}, 60_000);

test("a person who comes to the flag is found, and so is one who comes in behind it", () => {
  const comes: Mover = { ...crossing(52), from: [0.5, 0.05], to: [FLAG[0], 0.05] };
  const leaves: Mover = { ...crossing(92), from: [1, 0.05], to: [0.3, 0.05] };
  const movers = [comes, leaves];
  const { events } = watch(renderFlag({ seconds: 105, movers }), remembered);
  expect(events.map(({ startedS }) => Math.floor(startedS / 5) * 5)).toEqual([50, 90]);
}, 60_000);

test("people who cross make no place restless", () => {
  const { restless } = watch(repeat(renderScene({ seconds: 10, movers: [crossing(2)] }), 60));
  expect(restless.list()).toEqual([]);
  expect(explainRestless([])).toBeNull();
}, 60_000);

import fc from "fast-check";
import { expect, test } from "vitest";

import type { Box, Frame, Polygon } from "../../src/camera/frame.ts";
import { type AttentionRules, createAttention } from "../../src/motion/attention.ts";
import type { MotionScore } from "../../src/motion/detector.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import type { Motion } from "../../src/motion/motion.ts";
import { toSignificance } from "../../src/motion/significance.ts";
import { createTrigger } from "../../src/motion/trigger.ts";
import { reachesInto, type Zone } from "../../src/motion/zone.ts";
import { createMover, noHabit, toScore } from "../support/movers.ts";
import { renderScene, type Scene } from "../support/scenes.ts";

const rectangle = (left: number, top: number, right: number, bottom: number): Polygon => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];
const gate: Zone = { name: "Gate", polygon: rectangle(0.6, 0, 0.8, 1) };
const door: Zone = { name: "Door", polygon: rectangle(0.7, 0.4, 1, 0.6) };
const nothing: AttentionRules = { zones: [], minArea: 0 };

const atGate: Box = [0.65, 0.5, 0.1, 0.2];
const elsewhere: Box = [0.1, 0.5, 0.2, 0.2];

function weigh(score: MotionScore, rules: Partial<AttentionRules>): MotionScore {
  return createAttention({ ...nothing, ...rules }, noHabit).weigh({ capturedAt: 0 }, score);
}

test("without zones and least size a score stays what it is", () => {
  const score = toScore([createMover(elsewhere)]);
  expect(weigh(score, {})).toEqual(score);
});

test("a box reaches into a polygon when they share ground, however they lie", () => {
  const box: Box = [0.4, 0.4, 0.2, 0.2];
  expect(reachesInto(box, rectangle(0.5, 0.5, 0.9, 0.9))).toBe(true);
  expect(reachesInto(box, rectangle(0.45, 0.45, 0.5, 0.5))).toBe(true);
  expect(reachesInto(box, rectangle(0, 0, 1, 1))).toBe(true);
  expect(reachesInto(box, rectangle(0, 0.45, 1, 0.5))).toBe(true);
  expect(reachesInto(box, toPolygon(box))).toBe(true);
  expect(reachesInto(box, rectangle(0.6, 0.4, 0.9, 0.6))).toBe(false);
  expect(reachesInto(box, rectangle(0.7, 0.7, 0.9, 0.9))).toBe(false);

  const horseshoe: Polygon = [
    [0.1, 0.1],
    [0.3, 0.1],
    [0.3, 0.8],
    [0.7, 0.8],
    [0.7, 0.1],
    [0.9, 0.1],
    [0.9, 0.9],
    [0.1, 0.9],
  ];
  expect(reachesInto(box, horseshoe)).toBe(false);
  expect(reachesInto([0.4, 0.4, 0.2, 0.45], horseshoe)).toBe(true);
});

function toPolygon([x, y, width, height]: Box): Polygon {
  return rectangle(x, y, x + width, y + height);
}

test("only what reaches into a zone counts, although something larger moves elsewhere", () => {
  const inside = createMover(atGate, { significance: 0.4, confidence: 0.7, area: 0.01 });
  const score = toScore([createMover(elsewhere, { significance: 0.9 }), inside]);
  expect(weigh(score, { zones: [gate] })).toMatchObject({
    significance: 0.4,
    confidence: 0.7,
    area: 0.01,
    boxes: [atGate],
    why: "moving",
    movers: [
      { counts: false, zones: [] },
      { counts: true, zones: ["Gate"] },
    ],
  });
});

test("a mover in two zones at once is in both", () => {
  const score = weigh(toScore([createMover(atGate)]), { zones: [gate, door] });
  expect(score.movers[0]?.zones).toEqual(["Gate", "Door"]);
});

test("motion weighs more where it is rare, and the measures say so", () => {
  const habit = { rarityOf: ([x]: Box) => (x > 0.5 ? 1.25 : 0.75) };
  const attention = createAttention(nothing, { ...noHabit, ...habit });
  const measures = { area: 0.005, movedShare: 1, contrast: 3, ageSeconds: 2, rarity: 1 };
  const usual = toSignificance(measures);
  const at = (box: Box) => {
    const mover = createMover(box, { significance: usual, measures });
    return attention.weigh({ capturedAt: 0 }, toScore([mover]));
  };
  expect(at(atGate).significance).toBeCloseTo(1 - (1 - usual) ** 1.25, 10);
  expect(at(elsewhere).significance).toBeCloseTo(1 - (1 - usual) ** 0.75, 10);
  expect(at(atGate)).toMatchObject({ boxes: [atGate], movers: [{ measures: { rarity: 1.25 } }] });
});

test("what does not count is said to be outside of the zones, or too small", () => {
  const score = toScore([createMover(elsewhere)]);
  expect(weigh(score, { zones: [gate] })).toMatchObject({
    significance: 0,
    boxes: [],
    why: "outside-zones",
  });
  expect(weigh(score, { minArea: 0.05 })).toMatchObject({ significance: 0, why: "too-small" });
  expect(weigh(score, { minArea: 0.03 })).toMatchObject({ significance: 0.5, why: "moving" });
});

/** Through all of motion, at five frames a second. */
function watch(scene: Scene, rules: Partial<AttentionRules>): Motion[] {
  const detector = createFrameDifference({
    ...{ width: 160, height: 96, framesPerSecond: 5 },
    ...{ sensitivity: 0.5, masks: [] },
  });
  const attention = createAttention({ ...nothing, ...rules }, noHabit);
  const trigger = createTrigger({ significanceThreshold: 0.3 });
  return renderScene(scene).flatMap((frame: Frame) => {
    const motion = trigger.observe(frame, attention.weigh(frame, detector.observe(frame)));
    return motion && motion.type !== "peaked" ? [motion] : [];
  });
}

const walker = { startsAt: 6, endsAt: 14, width: 0.1, height: 0.3 };
const walkPast: Scene = { seconds: 20, movers: [{ ...walker, from: [-0.1, 0.4], to: [1, 0.4] }] };

function endOf(motions: readonly Motion[]) {
  const ended = motions.find((motion) => motion.type === "ended");
  if (!ended) throw new Error("No motion ended.");
  return ended;
}

test("a walker through a zone is followed from where he came to where he leaves", () => {
  const [whole, zoned] = [watch(walkPast, {}), watch(walkPast, { zones: [gate] })];
  expect(zoned.map(({ type }) => type)).toEqual(["began", "ended"]);
  const { path, startedAt, endedAt, zones, best } = endOf(zoned);
  expect(path[0]?.box[0]).toBe(0);
  expect(path.at(-1)?.box[0]).toBeGreaterThan(0.85);
  expect(zones).toEqual(["Gate"]);
  expect([startedAt, endedAt]).toEqual([endOf(whole).startedAt, endOf(whole).endedAt]);
  expect(best.score.significance).toBeGreaterThan(0.3);
});

test("a walker who never comes near a zone is no event", () => {
  const far: Zone = { name: "Roof", polygon: rectangle(0, 0, 1, 0.2) };
  expect(watch(walkPast, { zones: [far] })).toEqual([]);
});

test("someone else outside of the zone neither starts a motion earlier nor keeps it open", () => {
  const scene: Scene = {
    seconds: 30,
    movers: [
      { ...walker, from: [0.5, 0.6], to: [1, 0.6], startsAt: 10, endsAt: 14 },
      { ...walker, from: [0, 0.05], to: [0.2, 0.05], startsAt: 5, endsAt: 28 },
    ],
  };
  const { startedAt, endedAt, path } = endOf(watch(scene, { zones: [gate] }));
  expect(endedAt - startedAt).toBeLessThan(5000);
  expect(path.every(({ box }) => box[0] > 0.4)).toBe(true);
});

test("a far walker below the least size is no event, a near one is", () => {
  expect(watch(walkPast, { minArea: 0.2 })).toEqual([]);
  expect(watch(walkPast, { minArea: 0.02 }).map(({ type }) => type)).toEqual(["began", "ended"]);
});

const anyShare = fc.double({ min: 0, max: 0.9, noNaN: true });
const anyMover = fc
  .record({ x: anyShare, y: anyShare, significance: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ x, y, significance }) => createMover([x, y, 0.1, 0.1], { significance }));

test("whatever moves where, motions begin and end in turn, and their path is theirs", () => {
  const [still] = renderScene({ seconds: 0.2, width: 16, height: 8 });
  if (!still) throw new Error("There is no frame.");
  fc.assert(
    fc.property(fc.array(fc.array(anyMover, { maxLength: 3 }), { maxLength: 200 }), (frames) => {
      const attention = createAttention({ zones: [gate], minArea: 0 }, noHabit);
      const trigger = createTrigger({ significanceThreshold: 0.3, minDurationMs: 400 });
      const said = frames.map((movers, index) => {
        const atMs = index * 200;
        const frame = { ...still, timestampMs: atMs, capturedAt: atMs };
        return trigger.observe(frame, attention.weigh(frame, toScore(movers)));
      });
      const told = [...said, trigger.interrupt()].filter((motion) => motion !== null);
      const story = told.map(({ type }) => type).filter((type) => type !== "peaked");
      expect(story.join(" ")).toMatch(/^(?:began ended ?)*$/);
      for (const motion of told) {
        if (motion.type !== "ended") continue;
        expect(motion.zones).toEqual(["Gate"]);
        expect(motion.path[0]?.at).toBe(motion.startedAt);
        expect(motion.endedAt - motion.startedAt).toBeGreaterThanOrEqual(400);
      }
    }),
  );
});

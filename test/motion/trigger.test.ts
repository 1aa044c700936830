import fc from "fast-check";
import { expect, test } from "vitest";

import type { Box, Frame } from "../../src/camera/frame.ts";
import type { MotionScore } from "../../src/motion/detector.ts";
import type { Motion } from "../../src/motion/motion.ts";
import { PATH_POINTS_MAX } from "../../src/motion/path.ts";
import { createTrigger, type Trigger } from "../../src/motion/trigger.ts";

const WALL = Date.UTC(2026, 5, 1);
const INSIDE: Box = [0.4, 0.4, 0.1, 0.2];
const AT_BORDER: Box = [0, 0.4, 0.1, 0.2];

/** One frame's part in a script: how significant, how much moved, where. */
interface Beat {
  significance: number;
  area?: number;
  box?: Box;
}

const calm: Beat = { significance: 0 };
const faint: Beat = { significance: 0.2 };
const clear: Beat = { significance: 0.5 };

function frameAt(seconds: number): Frame {
  return {
    cameraId: "yard",
    sequence: Math.round(seconds * 5),
    capturedAt: WALL + Math.round(seconds * 1000),
    timestampMs: Math.round(seconds * 1000),
    width: 16,
    height: 8,
    luma: new Uint8Array(128),
    settling: false,
    unit: 0,
  };
}

function toScore({ significance, area = 0.02, box = INSIDE }: Beat): MotionScore {
  if (significance === 0) {
    return { significance, confidence: 0, boxes: [], area: 0, why: "quiet", movers: [] };
  }
  return { significance, confidence: 0.8, boxes: [box], area, why: "moving", movers: [] };
}

/** Five beats a second; what the trigger said, and at which second. */
function play(beats: readonly Beat[], trigger: Trigger = open()) {
  const said: { atSecond: number; motion: Motion }[] = [];
  for (const [index, beat] of beats.entries()) {
    const motion = trigger.observe(frameAt(index / 5), toScore(beat));
    if (motion) said.push({ atSecond: index / 5, motion });
  }
  return said;
}

function open(): Trigger {
  return createTrigger({ significanceThreshold: 0.3 });
}

function times(seconds: number, beat: Beat): Beat[] {
  return Array.from({ length: Math.round(seconds * 5) }, () => beat);
}

function typesOf(said: readonly { motion: Motion }[]): string[] {
  return said.map(({ motion }) => motion.type).filter((type) => type !== "peaked");
}

function peaksOf(said: ReturnType<typeof play>) {
  return said.flatMap(({ atSecond, motion }) =>
    motion.type === "peaked" ? [{ atSecond, motion }] : [],
  );
}

function endOf(said: ReturnType<typeof play>) {
  const ended = said.map(({ motion }) => motion).find((motion) => motion.type === "ended");
  if (!ended) throw new Error("The motion did not end.");
  return ended;
}

function secondOf(frame: Frame): number {
  return frame.timestampMs / 1000;
}

test("a motion begins, and ends after three seconds of calm", () => {
  const said = play([...times(1, calm), ...times(2, clear), ...times(6, calm)]);
  expect(typesOf(said)).toEqual(["began", "ended"]);
  expect(said[0]?.atSecond).toBe(1.2);
  expect(said.at(-1)?.atSecond).toBe(2.8 + 3);
});

test("it ends at its last motion, not when the cooldown is over", () => {
  const ended = endOf(play([...times(1, calm), ...times(2, clear), ...times(6, calm)]));
  expect([ended.startedAt, ended.endedAt]).toEqual([WALL + 1000, WALL + 2800]);
});

test("a single significant frame is a flicker", () => {
  expect(play([...times(1, calm), clear, ...times(5, calm), clear, ...times(5, calm)])).toEqual([]);
});

test("two significant frames with a faint one between them are held", () => {
  expect(typesOf(play([clear, faint, clear]))).toEqual(["began"]);
});

test("what stays below the threshold is never a motion", () => {
  expect(play(times(30, { significance: 0.29 }))).toEqual([]);
});

test("a motion starts at its first faint frame, but at most two seconds before", () => {
  const shortLead = play([...times(2, calm), ...times(1, faint), clear, clear]);
  expect(shortLead[0]?.motion).toMatchObject({ type: "began", startedAt: WALL + 2000 });

  const longLead = play([...times(10, faint), clear, clear]);
  expect(longLead[0]?.motion).toMatchObject({ type: "began", startedAt: WALL + 8200 });
});

test("a mover that grows faint keeps its motion open until below half of the threshold", () => {
  const stays = play([...times(1, clear), ...times(10, faint), ...times(1, clear)]);
  expect(typesOf(stays)).toEqual(["began"]);

  const fades = play([...times(1, clear), ...times(10, { significance: 0.1 })]);
  expect(typesOf(fades)).toEqual(["began", "ended"]);
});

test("a second walker within the cooldown joins the same motion", () => {
  const said = play([
    ...times(2, clear),
    ...times(2.6, calm),
    ...times(2, clear),
    ...times(5, calm),
  ]);
  expect(typesOf(said)).toEqual(["began", "ended"]);
  expect(endOf(said).endedAt).toBe(WALL + 6400);
});

test("a second walker after the cooldown is a motion of its own", () => {
  const said = play([...times(2, clear), ...times(4, calm), ...times(2, clear), ...times(4, calm)]);
  expect(typesOf(said)).toEqual(["began", "ended", "began", "ended"]);
});

test("a walker after a gap in the frames does not join the motion before it", () => {
  const trigger = open();
  play(times(1, clear), trigger);
  const afterGap = [60, 60.2].map((second) => trigger.observe(frameAt(second), toScore(clear)));
  expect(afterGap.map((motion) => motion?.type)).toEqual(["ended", "began"]);
  expect(afterGap[1]).toMatchObject({ startedAt: WALL + 60_000 });
});

test("the best frame is the one with the most motion, not the last", () => {
  const areas = [0.01, 0.02, 0.03, 0.09, 0.05, 0.04, 0.02, 0.01];
  const ended = endOf(
    play([...areas.map((area) => ({ significance: 0.5, area })), ...times(4, calm)]),
  );
  expect(secondOf(ended.best.frame)).toBe(0.6);
  expect(ended.best.score.area).toBe(0.09);
});

test("a frame wholly inside beats a somewhat larger one at the border", () => {
  const beats: Beat[] = [
    { significance: 0.5, area: 0.06, box: AT_BORDER },
    { significance: 0.5, area: 0.04, box: INSIDE },
    { significance: 0.5, area: 0.07, box: AT_BORDER },
  ];
  expect(endOf(play([...beats, ...times(4, calm)])).best.score.boxes).toEqual([INSIDE]);
});

test("the best frame may lie before the motion was significant, but not before it was in sight", () => {
  const largest: Beat = { significance: 0.25, area: 0.2 };
  const leadIn = [largest, ...times(2.2, calm), faint, largest, faint, clear, clear];
  const said = play([...leadIn, ...times(4, calm)]);
  expect(said[0]?.atSecond).toBe(3.2);
  expect(said[0]?.motion).toMatchObject({ type: "began", startedAt: WALL + 2400 });
  expect(secondOf(endOf(said).best.frame)).toBe(2.6);
});

test("a mover that is only ever at the border still has a best frame", () => {
  const atBorder = { significance: 0.5, area: 0.06, box: AT_BORDER };
  expect(endOf(play([...times(2, atBorder), ...times(4, calm)])).best.score.boxes).toEqual([
    AT_BORDER,
  ]);
});

test("a clearly better frame is told of, at most once a second, until it settles", () => {
  const growing = Array.from({ length: 30 }, (_, index) => ({
    significance: 0.5,
    area: 0.01 * 1.2 ** index,
  }));
  const peaks = peaksOf(play(growing));
  expect(peaks.map((peak) => peak.atSecond)).toEqual([1.2, 2.2, 3.2, 4.2, 5.2]);
  expect(peaks.every((peak) => !peak.motion.settled)).toBe(true);
});

test("a frame that is hardly better is not told of before it settles", () => {
  const creeping = Array.from({ length: 10 }, (_, index) => ({
    significance: 0.5,
    area: 0.02 + 0.0002 * index,
  }));
  expect(peaksOf(play(creeping))).toEqual([]);
});

test("the best frame settles once, 2.5 s after the last better one, and stays", () => {
  const larger = { significance: 0.9, area: 0.5 };
  const said = play([...times(4, clear), ...times(2, larger), ...times(4, calm)]);
  const peaks = peaksOf(said);
  expect(peaks.map(({ atSecond, motion }) => [atSecond, motion.settled])).toEqual([[2.6, true]]);
  expect(endOf(said).best.score.area).toBe(0.02);
});

test("a motion that grows for ever settles eight seconds after its start", () => {
  const growing = Array.from({ length: 60 }, (_, index) => ({
    significance: 0.5,
    area: 0.01 * 1.05 ** index,
  }));
  const settled = peaksOf(play(growing)).filter((peak) => peak.motion.settled);
  expect(settled.map((peak) => peak.atSecond)).toEqual([8]);
});

test("the best frame settles during the cooldown, before the motion ends", () => {
  const said = play([...times(1, clear), ...times(4, calm)]);
  expect(said.map(({ motion }) => motion.type)).toEqual(["began", "peaked", "ended"]);
});

test("the path is the largest box of each moving frame, the faint first ones included", () => {
  const boxes = [0.1, 0.2, 0.3, 0.4].map((x): Box => [x, 0.4, 0.1, 0.2]);
  const beats = boxes.map((box, index) => ({ significance: index < 1 ? 0.2 : 0.5, box }));
  const { path } = endOf(play([...beats, ...times(4, calm)]));
  expect(path).toEqual(boxes.map((box, index) => ({ at: WALL + index * 200, box })));
});

test("an endless motion stays one motion, its path thinned but whole", () => {
  const trigger = open();
  const said = play(times(3600, clear), trigger);
  expect(typesOf(said)).toEqual(["began"]);

  const ended = trigger.interrupt();
  if (ended?.type !== "ended") throw new Error("The motion did not end.");
  expect(ended.path.length).toBeLessThanOrEqual(PATH_POINTS_MAX);
  expect(ended.path.length).toBeGreaterThan(PATH_POINTS_MAX / 4);
  expect(ended.path[0]?.at).toBe(WALL);
  expect(ended.path.at(-1)?.at).toBe(WALL + 3_599_800);
  const gaps = ended.path
    .slice(1, -1)
    .map((point, index) => point.at - (ended.path[index]?.at ?? 0));
  expect(new Set(gaps).size).toBe(1);
});

test("an interrupted motion ends at its last motion frame, once", () => {
  const trigger = open();
  play([...times(1, clear), ...times(1, calm)], trigger);
  expect(trigger.interrupt()).toMatchObject({ type: "ended", endedAt: WALL + 800 });
  expect(trigger.interrupt()).toBeNull();
});

test("an interrupt before anything began says nothing and forgets the flicker", () => {
  const trigger = open();
  trigger.observe(frameAt(0), toScore(clear));
  expect(trigger.interrupt()).toBeNull();
  expect(trigger.observe(frameAt(0.2), toScore(clear))).toBeNull();
});

test("a wall clock set meanwhile changes nothing of how long a motion lasted", () => {
  const trigger = open();
  play(times(1, clear), trigger);
  const earlier = { ...frameAt(1), capturedAt: WALL - 3_600_000 };
  trigger.observe(earlier, toScore(clear));
  expect(trigger.interrupt()).toMatchObject({ startedAt: WALL, endedAt: WALL + 1000 });
});

test("a motion that must last longer is told of when it has, with its true start and best frame", () => {
  const trigger = createTrigger({ significanceThreshold: 0.3, minDurationMs: 3000 });
  const large = { significance: 0.5, area: 0.09 };
  const said = play([...times(1, calm), large, ...times(4, clear), ...times(4, calm)], trigger);
  expect(said[0]).toMatchObject({ atSecond: 4, motion: { type: "began", startedAt: WALL + 1000 } });
  expect(said[0]?.motion.best.score.area).toBe(0.09);
  expect(typesOf(said)).toEqual(["began", "ended"]);
});

test("a motion that did not last long enough is never told of, and does not help the next", () => {
  const trigger = createTrigger({ significanceThreshold: 0.3, minDurationMs: 3000 });
  const short = [...times(2, clear), ...times(4, calm)];
  expect(play([...short, ...short], trigger)).toEqual([]);
  expect(trigger.interrupt()).toBeNull();
});

test("outside of its hours nothing begins, what began goes on, and no start lies before them", () => {
  const trigger = createTrigger({
    significanceThreshold: 0.3,
    mayBeginAt: (epochMs) => epochMs >= WALL + 10_000 && epochMs < WALL + 12_000,
  });
  const said = play([...times(20, clear), ...times(4, calm), ...times(4, clear)], trigger);
  expect(typesOf(said)).toEqual(["began", "ended"]);
  expect(endOf(said)).toMatchObject({ startedAt: WALL + 10_000, endedAt: WALL + 19_800 });
});

test("other rules are taken at once, and an open motion goes on under them", () => {
  const trigger = open();
  play(times(1, clear), trigger);
  trigger.retune({ significanceThreshold: 0.9 });
  const motions = [1, 2, 3, 4, 5].map((second) => trigger.observe(frameAt(second), toScore(clear)));
  expect(motions.map((motion) => motion?.type).filter((type) => type !== undefined)).toContain(
    "peaked",
  );
  expect(trigger.interrupt()).toMatchObject({ startedAt: WALL, endedAt: WALL + 5000 });
});

const anyBeat = fc.oneof(
  fc.constant(calm),
  fc.record({
    significance: fc.double({ min: 0.01, max: 1, noNaN: true }),
    area: fc.double({ min: 0.001, max: 1, noNaN: true }),
    box: fc.constantFrom(INSIDE, AT_BORDER),
  }),
);

test("whatever is seen, motions begin and end in turn, and peaks come between, settled once", () => {
  fc.assert(
    fc.property(fc.array(anyBeat, { maxLength: 300 }), (beats) => {
      const trigger = open();
      const said = play(beats, trigger).map(({ motion }) => motion);
      const last = trigger.interrupt();
      if (last) said.push(last);

      const story = said.map((motion) => {
        return motion.type === "peaked" && motion.settled ? "settled" : motion.type;
      });
      expect(story.join(" ")).toMatch(/^(?:began (?:peaked )*(?:settled )?ended ?)*$/);
      for (const motion of said) {
        if (motion.type !== "ended") continue;
        expect(motion.endedAt).toBeGreaterThanOrEqual(motion.startedAt);
        expect(motion.path.length).toBeGreaterThan(0);
      }
    }),
  );
});

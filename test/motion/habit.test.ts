import fc from "fast-check";
import { expect, test } from "vitest";

import type { Box } from "../../src/camera/frame.ts";
import { createHabit, type Habit, type HabitRecord } from "../../src/motion/habit.ts";
import { createLocalClock } from "../../src/motion/local-time.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONDAY = Date.UTC(2026, 5, 1);
const DOOR: Box = [0.8, 0.4, 0.1, 0.3];
const YARD: Box = [0.1, 0.4, 0.1, 0.3];

function open(remembered: HabitRecord | null = null) {
  const told: HabitRecord[] = [];
  const habit = createHabit({
    localClock: createLocalClock("UTC"),
    remembered,
    onLearned: (record) => told.push(record),
  });
  return { habit, told };
}

/** A frame every half minute; whoever comes to the door at nine in the morning, that many times. */
function live(habit: Habit, options: { fromDay: number; days: number; visits: number }): void {
  const { fromDay, days, visits } = options;
  for (let day = fromDay; day < fromDay + days; day += 1) {
    const midnight = MONDAY + day * DAY_MS;
    for (let sinceMs = 0; sinceMs < DAY_MS; sinceMs += 30_000) habit.watch(midnight + sinceMs);
    const at = midnight + 9.5 * HOUR_MS;
    for (let visit = 0; visit < visits; visit += 1) habit.learn([{ at, box: DOOR }]);
  }
}

const nineOn = (day: number) => MONDAY + day * DAY_MS + 9.5 * HOUR_MS;
const threeOn = (day: number) => MONDAY + day * DAY_MS + 3.5 * HOUR_MS;

test("on the first day everything is as rare as anything else", () => {
  const { habit } = open();
  live(habit, { fromDay: 0, days: 1, visits: 5 });
  expect([habit.rarityOf(DOOR, nineOn(1)), habit.rarityOf(YARD, threeOn(1))]).toEqual([1, 1]);
});

test("what comes by every day weighs less there at that hour, and more elsewhere or at night", () => {
  const { habit } = open();
  live(habit, { fromDay: 0, days: 7, visits: 1 });
  expect(habit.rarityOf(DOOR, nineOn(7))).toBeCloseTo(0.75, 1);
  expect(habit.rarityOf(YARD, nineOn(7))).toBe(1.25);
  expect(habit.rarityOf(DOOR, threeOn(7))).toBe(1.25);
  // The hours beside it count half.
  expect(habit.rarityOf(DOOR, nineOn(7) + HOUR_MS)).toBeCloseTo(1, 1);
});

test("evidence grows from the second day to the third", () => {
  const { habit } = open();
  const rarities = [0, 1, 2, 3, 4].map((day) => {
    live(habit, { fromDay: day, days: 1, visits: 0 });
    return habit.rarityOf(YARD, nineOn(day + 1));
  });
  expect(rarities).toEqual(rarities.toSorted((a, b) => a - b));
  expect(rarities[0]).toBe(1);
  expect(rarities[1]).toBeGreaterThan(1);
  expect(rarities[4]).toBe(1.25);
});

test("a habit that was given up is forgotten within weeks", () => {
  const { habit } = open();
  live(habit, { fromDay: 0, days: 14, visits: 1 });
  const before = habit.rarityOf(DOOR, nineOn(14));
  live(habit, { fromDay: 14, days: 28, visits: 0 });
  expect(before).toBeLessThan(0.8);
  expect(habit.rarityOf(DOOR, nineOn(42))).toBeGreaterThan(1.1);
});

test("a restart keeps what was learned, to the last digit", () => {
  const first = open();
  live(first.habit, { fromDay: 0, days: 5, visits: 1 });
  const record = JSON.parse(JSON.stringify(first.told.at(-1))) as HabitRecord;
  const { habit } = open(record);
  for (const box of [DOOR, YARD]) {
    for (const at of [nineOn(5), threeOn(5)]) {
      expect(habit.rarityOf(box, at)).toBe(first.habit.rarityOf(box, at));
    }
  }
});

test("time in which no frame came was not watched, and a clock that jumps forgets nothing", () => {
  const { habit, told } = open();
  live(habit, { fromDay: 0, days: 4, visits: 2 });
  const before = habit.rarityOf(DOOR, nineOn(4));
  const tellings = told.length;
  for (const at of [0, nineOn(40_000), nineOn(4)]) habit.watch(at);
  expect(told.length).toBe(tellings);
  expect(habit.rarityOf(DOOR, nineOn(4))).toBe(before);
});

test("it is told of every motion, and about once an hour while nothing moves", () => {
  const { habit, told } = open();
  live(habit, { fromDay: 0, days: 1, visits: 2 });
  expect(told.length).toBeGreaterThanOrEqual(24);
  expect(told.length).toBeLessThanOrEqual(26);
});

test("whatever was learned, the rarity stays within a quarter of one", () => {
  const share = fc.double({ min: -0.1, max: 1.1, noNaN: true });
  const box = fc.tuple(share, share, share, share);
  const { told, habit: teacher } = open();
  live(teacher, { fromDay: 0, days: 4, visits: 0 });
  fc.assert(
    fc.property(fc.array(box, { maxLength: 30 }), box, fc.nat(DAY_MS), (boxes, seen, sinceMs) => {
      const { habit } = open(told.at(-1) ?? null);
      habit.learn(boxes.map((each) => ({ at: MONDAY + sinceMs, box: each })));
      const rarity = habit.rarityOf(seen, MONDAY + sinceMs);
      expect(rarity).toBeGreaterThanOrEqual(0.75);
      expect(rarity).toBeLessThanOrEqual(1.25);
    }),
  );
});

import fc from "fast-check";
import { expect, test } from "vitest";

import { toLayout, toRange, toShift } from "../../src/web/events/rows.ts";
import { toWireEvent } from "../support/wire-event.ts";

const HEIGHTS = { day: 50, event: 100 };
const toDay = (time: string): string => time.slice(0, 10);
const eventOf = (n: number) =>
  toWireEvent({
    id: `event ${n}`,
    started_at: new Date(Date.UTC(2026, 2, 1) + n * 8 * 3_600_000).toISOString(),
  });
const layoutOf = (...numbers: number[]) => toLayout(numbers.map(eventOf), HEIGHTS, toDay);

test("rows stand under one another, each day under its heading", () => {
  const { rows, height } = layoutOf(4, 3, 2, 1);
  expect(rows.map(({ key, top }) => [key, top])).toEqual([
    ["day 2026-03-02", 0],
    ["event 4", 50],
    ["event 3", 150],
    ["day 2026-03-01", 250],
    ["event 2", 300],
    ["event 1", 400],
  ]);
  expect(height).toBe(500);
});

test("the rows in view are those that the screen cuts, no more and no fewer", () => {
  const layout = layoutOf(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  fc.assert(
    fc.property(
      fc.integer({ min: -500, max: 2000 }),
      fc.integer({ min: 1, max: 900 }),
      (from, size) => {
        const { first, end } = toRange(layout, from, from + size);
        const inView = layout.rows.filter(
          ({ top, height }) => top + height > from && top < from + size,
        );
        expect(layout.rows.slice(first, end)).toEqual(inView);
      },
    ),
  );
});

test("what is read stays where it is when others come above it, or go", () => {
  const before = layoutOf(4, 3, 2, 1);
  expect(toShift(before, layoutOf(6, 5, 4, 3, 2, 1), 300)).toBe(250);
  expect(toShift(before, layoutOf(3, 2, 1), 300)).toBe(-100);
  expect(toShift(before, before, 300)).toBe(0);
});

test("where the very row goes that was at the top, the one after it takes its place", () => {
  expect(toShift(layoutOf(4, 3, 2, 1), layoutOf(4, 2, 1), 160)).toBe(-100);
  expect(toShift(layoutOf(4), layoutOf(), 60)).toBe(0);
});

test("taking over what is as it was before makes the same list as making it anew", () => {
  const numbers = fc
    .uniqueArray(fc.nat(30), { maxLength: 20 })
    .map((found) => found.sort((one, other) => other - one));
  const events = Array.from({ length: 31 }, (_, n) => eventOf(n));
  const pick = (chosen: number[]) => chosen.flatMap((n) => events[n] ?? []);
  fc.assert(
    fc.property(numbers, numbers, (was, is) => {
      const before = toLayout(pick(was), HEIGHTS, toDay);
      expect(toLayout(pick(is), HEIGHTS, toDay, before)).toEqual(
        toLayout(pick(is), HEIGHTS, toDay),
      );
    }),
  );
});

import { expect, test } from "vitest";

import { createLocalClock } from "../../src/motion/local-time.ts";
import { isOpen, type OpenHours } from "../../src/motion/schedule.ts";

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const [FRIDAY, SATURDAY, SUNDAY] = [4, 5, 6];

const minute = (hours: number, minutes = 0) => hours * 60 + minutes;
const hours = (weekdays: readonly number[], from: number, to: number): OpenHours => ({
  weekdays,
  from: minute(from),
  to: minute(to),
});

test("without a schedule it is always open", () => {
  expect(isOpen([], { weekday: 2, minute: 0 })).toBe(true);
});

test("hours are open from their first minute until just before their last", () => {
  const office = [hours([FRIDAY], 8, 17)];
  const at = (weekday: number, atMinute: number) => isOpen(office, { weekday, minute: atMinute });
  expect(at(FRIDAY, minute(8))).toBe(true);
  expect(at(FRIDAY, minute(16, 59))).toBe(true);
  expect(at(FRIDAY, minute(7, 59))).toBe(false);
  expect(at(FRIDAY, minute(17))).toBe(false);
  expect(at(SATURDAY, minute(12))).toBe(false);
});

test("hours over midnight belong to the day on which they begin, also from Sunday to Monday", () => {
  const nights = [hours([FRIDAY, SUNDAY], 22, 6)];
  const at = (weekday: number, hour: number) => isOpen(nights, { weekday, minute: minute(hour) });
  expect([at(FRIDAY, 23), at(SATURDAY, 5), at(SATURDAY, 6), at(SATURDAY, 23)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([at(SUNDAY, 21), at(SUNDAY, 22), at(0, 5), at(0, 6)]).toEqual([false, true, true, false]);
});

test("hours that end when they begin are a whole day, and 24:00 is midnight", () => {
  const days = [hours([FRIDAY], 12, 12), hours([SUNDAY], 0, 24)];
  const open = EVERY_DAY.flatMap((weekday) => [0, 11, 12, 23].map((hour) => ({ weekday, hour })))
    .filter(({ weekday, hour }) => isOpen(days, { weekday, minute: minute(hour) }))
    .map(({ weekday, hour }) => `${weekday} ${hour}`);
  expect(open).toEqual(["4 12", "4 23", "5 0", "5 11", "6 0", "6 11", "6 12", "6 23"]);
});

test("T1: local time follows the zone's rules, through both changes of the clocks", () => {
  const berlin = createLocalClock("Europe/Berlin");
  const at = (iso: string) => berlin.at(Date.parse(iso));
  expect(at("2026-06-01T22:30:00Z")).toEqual({ weekday: 1, minute: minute(0, 30) });
  // In spring two o'clock does not come; in autumn it comes twice.
  expect(at("2026-03-29T00:59:00Z").minute).toBe(minute(1, 59));
  expect(at("2026-03-29T01:00:00Z").minute).toBe(minute(3));
  expect(at("2026-10-25T00:30:00Z").minute).toBe(minute(2, 30));
  expect(at("2026-10-25T01:30:00Z").minute).toBe(minute(2, 30));
  expect(createLocalClock("UTC").at(Date.parse("2026-06-01T22:30:59.999Z"))).toEqual({
    weekday: 0,
    minute: minute(22, 30),
  });
});

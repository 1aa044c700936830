import fc from "fast-check";
import { expect, test } from "vitest";

import { toCameraDays } from "../../src/web/events/day-of-activity.ts";
import { toSpan, toSpanName } from "../../src/web/events/spans.ts";
import { createZone, isSameTime } from "../../src/web/events/zone.ts";

const berlin = createZone("Europe/Berlin");
const HOUR_MS = 3_600_000;

test("a time as the site's clocks show it, and back", () => {
  const at = Date.parse("2026-07-01T22:30:00Z");
  expect(berlin.toLocal(at)).toBe("2026-07-02T00:30");
  expect(berlin.toInstant("2026-07-02T00:30")).toBe(at);
});

test.for(["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "UTC"])(
  "every minute of a year has one time by the clocks of %s that leads back to it, or to its twin",
  (name) => {
    const zone = createZone(name);
    const year = { min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2027, 0, 1) / 60_000 };
    fc.assert(
      fc.property(fc.integer(year), (minute) => {
        const at = minute * 60_000;
        const back = zone.toInstant(zone.toLocal(at));
        // An hour that the clocks show twice may lead to either.
        expect(zone.toLocal(back)).toBe(zone.toLocal(at));
        const { from, to } = zone.dayOf(at);
        expect(from <= at && at < to).toBe(true);
        expect(zone.toLocal(from).slice(11)).toBe("00:00");
      }),
    );
  },
);

test("days on which clocks change are an hour shorter or longer", () => {
  const hoursOf = (time: string): number => {
    const { from, to } = berlin.dayOf(Date.parse(time));
    return (to - from) / HOUR_MS;
  };
  expect(hoursOf("2026-03-29T12:00:00Z")).toBe(23);
  expect(hoursOf("2026-10-25T12:00:00Z")).toBe(25);
  expect(hoursOf("2026-11-01T12:00:00Z")).toBe(24);
});

test("a zone that the browser does not know becomes the viewer's, and equal clocks need no word", () => {
  expect(createZone("Mars/Olympus").name).toBe(createZone(undefined).name);
  const at = Date.parse("2026-07-01T12:00:00Z");
  expect(isSameTime(berlin, createZone("Europe/Paris"), at)).toBe(true);
  expect(isSameTime(berlin, createZone("Europe/London"), at)).toBe(false);
});

test("a stretch of time keeps its name, and a changed one is the viewer's own", () => {
  const now = Date.parse("2026-10-30T12:00:00Z");
  for (const name of ["any", "today", "yesterday", "week"] as const) {
    expect(toSpanName(toSpan(name, berlin, now), berlin, now)).toBe(name);
  }
  expect(toSpan("week", berlin, now).from).toBe("2026-10-23T22:00:00.000Z");
  expect(toSpanName(toSpan("own", berlin, now), berlin, now)).toBe("own");
});

test("a day has its hours for every camera, and for those that are gone but were there", () => {
  const day = berlin.dayOf(Date.parse("2026-11-01T12:00:00Z"));
  const from = new Date(day.from + HOUR_MS).toISOString();
  const activity = {
    items: [
      { camera_id: "dock", from, events: 16, concern: 3 },
      { camera_id: "gone", from, events: 1, concern: null },
    ],
    next_cursor: null,
  };
  const days = toCameraDays(activity, day, [{ id: "dock", name: "Dock door" }]);
  expect(days.map(({ name, hours }) => [name, hours.length])).toEqual([
    ["Dock door", 24],
    ["gone", 24],
  ]);
  expect(days.map(({ hours }) => hours[1])).toMatchObject([
    { from, events: 16, heat: 4, concern: 3 },
    { from, events: 1, heat: 1, concern: null },
  ]);
  expect(days[0]?.hours[0]).toMatchObject({ events: 0, heat: 0 });
});

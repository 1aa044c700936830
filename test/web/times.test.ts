import { expect, test } from "vitest";

import { languageFor } from "../../src/web/language.ts";
import { stringsFor } from "../../src/web/strings.ts";
import { createTimes } from "../../src/web/times.ts";

const strings = stringsFor("en");
const inBerlin = createTimes({ locale: "en-GB", timeZone: "Europe/Berlin", strings });

test("a time is told in the zone of the one who looks, and exactly with its UTC", () => {
  const time = "2026-03-01T23:30:05.120Z";
  expect(inBerlin.toClockTime(time)).toBe("00:30:05");
  expect(inBerlin.toExactTime(time)).toMatch(/Monday,? 2 March 2026/);
  expect(inBerlin.toExactTime(time)).toContain(time);
});

test("a day is today, yesterday, or its date", () => {
  const now = Date.parse("2026-03-02T09:00:00.000Z");
  expect(inBerlin.toDayName("2026-03-01T23:30:00.000Z", now)).toBe("Today");
  expect(inBerlin.toDayName("2026-03-01T22:30:00.000Z", now)).toBe("Yesterday");
  expect(inBerlin.toDayName("2026-02-27T12:00:00.000Z", now)).toMatch(
    /^Friday,? 27 February 2026$/,
  );
});

test("the day before a change of clocks is yesterday, though it was 23 hours long", () => {
  const justAfterMidnight = Date.parse("2026-03-29T22:30:00.000Z");
  expect(inBerlin.toDayName("2026-03-28T23:10:00.000Z", justAfterMidnight)).toBe("Yesterday");
});

test("ages use the unit that a person would", () => {
  expect(inBerlin.toAge(400)).toBe("0 s");
  expect(inBerlin.toAge(42_000)).toBe("42 s");
  expect(inBerlin.toAge(7 * 60_000)).toBe("7 min");
  expect(inBerlin.toAge(3 * 3_600_000)).toBe("3 h");
  expect(inBerlin.toAge(72 * 3_600_000)).toBe("3 days");
  expect(inBerlin.toSpan("2026-03-01T10:00:00.000Z", "2026-03-01T10:00:09.000Z")).toBe("9 s");
});

test("a clock that is behind the box's never makes an age negative", () => {
  expect(inBerlin.toAge(-5000)).toBe("0 s");
});

test("a language that there is no translation for falls back to one that there is", () => {
  expect(stringsFor(languageFor(["tlh", "fr-FR"])).signIn).toBe("Sign in");
  expect(stringsFor(languageFor(["fr", "de-AT"])).signIn).toBe("Anmelden");
  expect(stringsFor(languageFor([])).signIn).toBe("Sign in");
});

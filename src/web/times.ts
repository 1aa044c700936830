/** Times in words, in the viewer's language and zone. Pure: the zone and the present are given. */
import type { Strings } from "./strings.ts";

export interface Times {
  /** 14:03:27 */
  toClockTime(time: string): string;
  /** 22 November 2026 at 14:03:27 CET */
  toDateTime(time: string): string;
  /** The full date, the zone by name, and UTC: for titles, where exactness is asked for. */
  toExactTime(time: string): string;
  /** Today, Yesterday, or the date. */
  toDayName(time: string, now: number): string;
  /** A day's key: equal for two times on the same day where the viewer is. */
  toDayKey(time: string): string;
  /** How long from one to the other. */
  toSpan(from: string, to: string): string;
  /** How long ago, from milliseconds. */
  toAge(ageMs: number): string;
}

export function createTimes(options: {
  locale: string | undefined;
  timeZone: string | undefined;
  strings: Strings;
}): Times {
  const { locale, timeZone, strings } = options;
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone });
  const dateTime = new Intl.DateTimeFormat(locale, {
    dateStyle: "long",
    timeStyle: "long",
    timeZone,
  });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", timeZone });
  const dayName = new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone,
  });
  // Swedish writes dates as 2026-11-22, which is a key that sorts.
  const dayKey = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeZone });

  return {
    toClockTime: (time) => clock.format(Date.parse(time)),
    toDateTime: (time) => dateTime.format(Date.parse(time)),
    toExactTime: (time) => `${exact.format(Date.parse(time))} (${time})`,
    toDayKey: (time) => dayKey.format(Date.parse(time)),
    toDayName(time, now) {
      const key = dayKey.format(Date.parse(time));
      if (key === dayKey.format(now)) return strings.today;
      if (key === toPreviousDayKey(dayKey.format(now))) return strings.yesterday;
      return dayName.format(Date.parse(time));
    },
    toSpan: (from, to) => toDuration(Math.max(0, Date.parse(to) - Date.parse(from)), strings),
    toAge: (ageMs) => toDuration(Math.max(0, ageMs), strings),
  };
}

/** By the calendar, not by 24 hours: days on which clocks change are 23 or 25 hours long. */
function toPreviousDayKey(key: string): string {
  const noonMs = Date.parse(`${key}T12:00:00.000Z`);
  return new Date(noonMs - 86_400_000).toISOString().slice(0, 10);
}

function toDuration(durationMs: number, strings: Strings): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 60) return strings.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return strings.minutes(minutes);
  const hours = Math.round(minutes / 60);
  if (hours < 48) return strings.hours(hours);
  return strings.days(Math.round(hours / 24));
}

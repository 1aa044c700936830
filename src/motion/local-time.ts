/**
 * What the clock on the wall says at an instant. The zone's rules are applied to each instant, so
 * where the clocks change an hour may come twice in a day, or not at all.
 */

export interface LocalTime {
  /** 0 is Monday. */
  weekday: number;
  /** Since midnight, whole minutes. */
  minute: number;
}

export interface LocalClock {
  at(epochMs: number): LocalTime;
}

const MINUTE_MS = 60_000;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** The zone as in `Europe/Berlin`. It is asked once a minute: asking costs more than a frame. */
export function createLocalClock(timeZone: string): LocalClock {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  let asked = Number.NaN;
  let answer: LocalTime = { weekday: 0, minute: 0 };

  return {
    at(epochMs) {
      const epochMinute = Math.floor(epochMs / MINUTE_MS);
      if (epochMinute === asked) return answer;
      asked = epochMinute;
      answer = read(format, epochMs);
      return answer;
    },
  };
}

function read(format: Intl.DateTimeFormat, epochMs: number): LocalTime {
  const parts = format.formatToParts(epochMs);
  const find = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return {
    weekday: WEEKDAYS.indexOf(find("weekday")),
    minute: Number(find("hour")) * 60 + Number(find("minute")),
  };
}

/** When motion may become an event: opening hours by weekday and local time. */
import type { LocalTime } from "./local-time.ts";

export interface OpenHours {
  /** On which they begin; 0 is Monday. */
  weekdays: readonly number[];
  /** Minutes since midnight; `to` is the first minute that is closed again. */
  from: number;
  to: number;
}

const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;

/** No hours at all mean always. Hours whose end is not after their start go on over midnight. */
export function isOpen(schedule: readonly OpenHours[], { weekday, minute }: LocalTime): boolean {
  if (schedule.length === 0) return true;
  return schedule.some(({ weekdays, from, to }) => {
    const lastsMinutes = to > from ? to - from : to + DAY_MINUTES - from;
    return weekdays.some((start) => {
      const since = (weekday - start) * DAY_MINUTES + minute - from;
      return (since + WEEK_MINUTES) % WEEK_MINUTES < lastsMinutes;
    });
  });
}

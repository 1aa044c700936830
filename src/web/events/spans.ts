/** Stretches of time by the names that people call them, in the site's days. Pure. */
import type { EventFilters } from "./filters.ts";
import type { Zone } from "./zone.ts";

export type SpanName = "any" | "today" | "yesterday" | "week" | "own";
export type Span = Pick<EventFilters, "from" | "to">;

/** Of the days that there are names for; `own` begins as today, to be changed. */
export function toSpan(name: SpanName, zone: Zone, now: number): Span {
  const today = zone.dayOf(now);
  switch (name) {
    case "any":
      return { from: null, to: null };
    case "today":
      return { from: toTime(today.from), to: toTime(today.to) };
    case "yesterday":
      return { from: toTime(zone.dayOf(today.from - 1).from), to: toTime(today.from) };
    case "week":
      return { from: toTime(toWeekAgo(zone, today.from)), to: null };
    case "own":
      return { from: toTime(today.from), to: toTime(now) };
    default:
      return name satisfies never;
  }
}

export function toSpanName(span: Span, zone: Zone, now: number): SpanName {
  const named = (["any", "today", "yesterday", "week"] as const).find((name) => {
    const { from, to } = toSpan(name, zone, now);
    return from === span.from && to === span.to;
  });
  return named ?? "own";
}

/** Midnight six days before, by the calendar: some days are an hour longer or shorter. */
function toWeekAgo(zone: Zone, midnight: number): number {
  let from = midnight;
  for (let day = 0; day < 6; day += 1) from = zone.dayOf(from - 1).from;
  return from;
}

function toTime(at: number): string {
  return new Date(at).toISOString();
}

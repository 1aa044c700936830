/**
 * In: pages of the event list and messages of the feed. Out: the events to show, newest first.
 * Never: IO, clocks — the same pages and messages give the same list.
 */
import type { EventPage, FeedMessage, MotionEvent } from "../api/contract.ts";

/** More than this is read again from the top, so that a page left open for weeks stays light. */
export const CHRONICLE_EVENTS_MAX = 1000;

export interface Chronicle {
  /** Newest first; each id once. */
  events: readonly MotionEvent[];
  /** Where older ones begin; null when `events` reaches back to the very first. */
  nextCursor: string | null;
}

export const emptyChronicle: Chronicle = { events: [], nextCursor: null };

/** A fresh first page replaces all that was known. */
export function withNewestPage(page: EventPage): Chronicle {
  return { events: page.items, nextCursor: page.next_cursor };
}

export function withOlderPage(chronicle: Chronicle, page: EventPage): Chronicle {
  // Down to its oldest the list is whole: what is not older than that is known.
  const oldest = chronicle.events.at(-1);
  const older = oldest ? page.items.filter((event) => isNewer(oldest, event)) : page.items;
  return { events: [...chronicle.events, ...older], nextCursor: page.next_cursor };
}

export function withMessage(chronicle: Chronicle, message: FeedMessage): Chronicle {
  switch (message.type) {
    case "event.started":
    case "event.updated":
    case "event.ended":
    case "event.analyzed":
      return withEvent(chronicle, message.event);
    case "event.deleted":
      return {
        ...chronicle,
        events: chronicle.events.filter((event) => event.id !== message.event.id),
      };
    default:
      return chronicle;
  }
}

/**
 * Puts an event where it belongs, in place of what was known of it. One that is older than all that
 * is loaded stays out: it comes with its page.
 */
export function withEvent(chronicle: Chronicle, event: MotionEvent): Chronicle {
  const others = chronicle.events.filter((known) => known.id !== event.id);
  const found = others.findIndex((other) => isNewer(event, other));
  const place = found === -1 ? others.length : found;
  const wasKnown = others.length < chronicle.events.length;
  if (place === others.length && !wasKnown && chronicle.nextCursor !== null) return chronicle;
  return { ...chronicle, events: [...others.slice(0, place), event, ...others.slice(place)] };
}

export interface Day {
  /** The date where the viewer is: stable, unique, never shown. */
  key: string;
  /** Any time of that day, for its heading. */
  at: string;
  events: readonly MotionEvent[];
}

/** `toDayKey` decides what a day is, because that depends on where the viewer is. */
export function toDays(
  events: readonly MotionEvent[],
  toDayKey: (time: string) => string,
): readonly Day[] {
  const days: { key: string; at: string; events: MotionEvent[] }[] = [];
  for (const event of events) {
    const key = toDayKey(event.started_at);
    const last = days.at(-1);
    if (last?.key === key) last.events.push(event);
    else days.push({ key, at: event.started_at, events: [event] });
  }
  return days;
}

/** RFC 3339 in UTC with milliseconds and UUIDv7 both sort as text. */
function isNewer(one: MotionEvent, other: MotionEvent): boolean {
  if (one.started_at !== other.started_at) return one.started_at > other.started_at;
  return one.id > other.id;
}

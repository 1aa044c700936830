/**
 * Where each row of the list stands: days and events under one another, each kind as high as the
 * next of it, so that of ten thousand only those in view need be made. Pure.
 */
import type { MotionEvent } from "../../api/contract.ts";

export type Row =
  | { type: "day"; key: string; at: string; top: number; height: number }
  | { type: "event"; key: string; event: MotionEvent; place: number; top: number; height: number };

export interface RowHeights {
  day: number;
  event: number;
}

export interface Layout {
  rows: readonly Row[];
  height: number;
}

/** What is as it was before is taken over: mostly only the end is new. */
export function toLayout(
  events: readonly MotionEvent[],
  heights: RowHeights,
  toDayKey: (time: string) => string,
  before: Layout = { rows: [], height: 0 },
): Layout {
  const rows = takeOver(before, events, heights);
  const last = rows.at(-1);
  let top = last ? last.top + last.height : 0;
  let day = last?.type === "event" ? toDayKey(last.event.started_at) : "";
  const known = last?.type === "event" ? last.place + 1 : 0;
  for (const [place, event] of events.slice(known).entries()) {
    const key = toDayKey(event.started_at);
    if (key !== day) {
      rows.push({ type: "day", key: `day ${key}`, at: event.started_at, top, height: heights.day });
      top += heights.day;
      day = key;
    }
    const height = heights.event;
    rows.push({ type: "event", key: event.id, event, place: known + place, top, height });
    top += height;
  }
  return { rows, height: top };
}

/** Up to and with the last event that stands where it stood. */
function takeOver({ rows }: Layout, events: readonly MotionEvent[], heights: RowHeights): Row[] {
  let end = 0;
  for (const [at, row] of rows.entries()) {
    if (row.height !== heights[row.type]) break;
    if (row.type === "day") continue;
    if (row.event !== events[row.place]) break;
    end = at + 1;
  }
  return rows.slice(0, end);
}

/** The places of the first row that ends below `from`, and of the first that begins at or below `to`. */
export function toRange(
  { rows }: Layout,
  from: number,
  to: number,
): { first: number; end: number } {
  const first = findPlace(rows, (row) => row.top + row.height > from);
  return {
    first,
    end: Math.max(
      first,
      findPlace(rows, (row) => row.top >= to),
    ),
  };
}

/** How far the list must be scrolled on so that the row which was at the top stays there. */
export function toShift(before: Layout, after: Layout, scrolled: number): number {
  const { first } = toRange(before, scrolled, scrolled);
  // Mostly older ones came below, and nothing above has changed.
  const [was, is] = [before.rows[first], after.rows[first]];
  if (was && was.key === is?.key) return is.top - was.top;
  const kept = new Map(after.rows.map((row) => [row.key, row.top]));
  // It may be the very one that went: then the next that is still there.
  for (const row of before.rows.slice(first)) {
    const top = kept.get(row.key);
    if (row.type === "event" && top !== undefined) return top - row.top;
  }
  return 0;
}

/** The first for which it is true, where it is true of all after it. */
function findPlace(rows: readonly Row[], isTrue: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isTrue(rows[middle] as Row)) high = middle;
    else low = middle + 1;
  }
  return low;
}

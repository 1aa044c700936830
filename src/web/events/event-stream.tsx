/** The long list: of ten thousand events, those in view; more are fetched before the end is reached. */
import { useEffect, useMemo, useRef } from "preact/hooks";

import type { MotionEvent } from "../../api/contract.ts";
import { usePage } from "../page.ts";
import type { Catalogue, CatalogueView } from "./catalogue.ts";
import { type Layout, toLayout } from "./rows.ts";
import { StreamRows } from "./stream-rows.tsx";
import { useRowHeights, useWindow } from "./use-window.ts";

/** Of rows below those in view; fetched when fewer are left. */
const ROWS_AHEAD = 60;

export function EventStream(props: {
  catalogue: Catalogue;
  view: CatalogueView;
  onAway(isAway: boolean): void;
}) {
  const { catalogue, view } = props;
  const { layout, events } = useRows(view);
  const list = useRef<HTMLOListElement>(null);
  const { range, isAway } = useWindow(list, layout);
  const { onAway } = props;
  useEffect(() => onAway(isAway), [isAway, onAway]);

  const left = layout.rows.length - range.end;
  const { nextCursor } = view.chronicle;
  const mayLoad = view.older.type === "ready" && view.state.type === "ready";
  useEffect(() => {
    // Owned by `loadOlder` itself, which turns every failure into a state.
    if (left < ROWS_AHEAD && nextCursor !== null && mayLoad) void catalogue.loadOlder();
  }, [left, nextCursor, mayLoad, catalogue]);

  return <StreamRows list={list} layout={layout} range={range} events={events} />;
}

function useRows({ chronicle }: CatalogueView): {
  layout: Layout;
  events: readonly MotionEvent[];
} {
  const { times, removed, listed } = usePage();
  const heights = useRowHeights();
  const { pending } = removed.value;
  const events = useMemo(
    () =>
      pending.size === 0 ? chronicle.events : chronicle.events.filter(({ id }) => !pending.has(id)),
    [chronicle, pending],
  );
  const toDayKey = useMemo(() => byQuarterHour(times.toDayKey), [times]);
  const before = useRef<Layout | undefined>(undefined);
  const known = useRef(toDayKey);
  const layout = useMemo(() => {
    // Other days, of another zone, are other rows altogether.
    const kept = known.current === toDayKey ? before.current : undefined;
    known.current = toDayKey;
    before.current = toLayout(events, heights, toDayKey, kept);
    return before.current;
  }, [events, heights, toDayKey]);
  useEffect(() => {
    listed.value = events;
  }, [events, listed]);
  useEffect(() => {
    return () => {
      listed.value = null;
    };
  }, [listed]);
  return { layout, events };
}

/** Days begin at a quarter of an hour in every zone; asking the calendar for each event takes long. */
function byQuarterHour(toDayKey: (time: string) => string): (time: string) => string {
  const known = new Map<string, string>();
  return (time) => {
    const quarter = `${time.slice(0, 14)}${Math.floor(Number(time.slice(14, 16)) / 15)}`;
    const key = known.get(quarter) ?? toDayKey(time);
    known.set(quarter, key);
    return key;
  };
}

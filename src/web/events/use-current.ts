/** The row that the arrow keys are at. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import type { MotionEvent } from "../../api/contract.ts";
import type { Layout } from "./rows.ts";
import type { Range } from "./use-window.ts";

export interface Current {
  /** Null in an empty list. */
  id: string | null;
  choose(id: string): void;
  /** With the focus, wherever it is; past the end is the end. */
  moveTo(place: number): void;
}

/** The one stop of the tab key: the chosen row, else the first in view. */
export function useCurrent(
  list: { current: HTMLElement | null },
  events: readonly MotionEvent[],
  layout: Layout,
  range: Range,
): Current {
  const [chosen, setCurrent] = useState<string | null>(null);
  const [wanted, setWanted] = useState<string | null>(null);
  const firstInView = layout.rows
    .slice(range.first, range.end)
    .find(({ type }) => type === "event");
  const isThere = useMemo(
    () => chosen !== null && events.some(({ id }) => id === chosen),
    [chosen, events],
  );
  const current = isThere ? chosen : (firstInView?.key ?? null);
  const moveTo = (place: number): void => {
    const id = events[Math.max(0, Math.min(place, events.length - 1))]?.id;
    if (id === undefined) return;
    setCurrent(id);
    setWanted(id);
  };

  // Before the next key is heard: it goes on from the row that has the focus.
  useLayoutEffect(() => {
    if (wanted === null) return;
    const row = [...(list.current?.children ?? [])].find(
      (child) => (child as HTMLElement).dataset["id"] === wanted,
    );
    row?.querySelector("a")?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
    setWanted((now) => (now === wanted ? null : now));
  }, [wanted, list]);

  // From nowhere, and from the search, down leads into the list.
  const enter = useRef(() => {});
  enter.current = () => moveTo(events.findIndex(({ id }) => id === current));
  useEffect(() => {
    const follow = (event: KeyboardEvent): void => {
      const { activeElement: at } = document;
      const isOutside = at === document.body || at?.id === "content" || at?.id === "event-search";
      if (event.key !== "ArrowDown" || !isOutside) return;
      event.preventDefault();
      enter.current();
    };
    document.addEventListener("keydown", follow);
    return () => document.removeEventListener("keydown", follow);
  }, []);

  return { id: current, choose: setCurrent, moveTo };
}

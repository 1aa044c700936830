/** Which rows are in view, and the heights that rows have on this screen. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { type Layout, type RowHeights, toRange, toShift } from "./rows.ts";

/** Made a little early, so that a row is there when it is scrolled into view. */
const EARLY_PX = 400;
/** As `styles/stream.css` has them. */
const NARROW = "(max-width: 40rem)";
const WIDE_REM = { day: 3.25, event: 8.75 };
const NARROW_REM = { day: 3, event: 8.5 };

export interface Range {
  first: number;
  end: number;
}

export interface Window {
  range: Range;
  /** That the newest are above what is in view. */
  isAway: boolean;
}

export function useWindow(list: RefObject<HTMLElement | null>, layout: Layout): Window {
  const [found, setFound] = useState<Window>({ range: { first: 0, end: 0 }, isAway: false });
  const before = useRef(layout);

  // What is read stays where it is, whatever came or went above it.
  useLayoutEffect(() => {
    const scrolled = toScrolled(list.current);
    const shift = scrolled > 0 ? toShift(before.current, layout, scrolled) : 0;
    before.current = layout;
    if (shift !== 0) window.scrollBy(0, shift);
  }, [list, layout]);

  useLayoutEffect(() => {
    let frame = 0;
    const look = (): void => {
      frame = 0;
      const scrolled = toScrolled(list.current);
      const range = toRange(layout, scrolled - EARLY_PX, scrolled + innerHeight + EARLY_PX);
      setFound((known) => {
        const isAway = scrolled > 0;
        const isSame = known.range.first === range.first && known.range.end === range.end;
        return isSame && known.isAway === isAway ? known : { range, isAway };
      });
    };
    const later = (): void => {
      frame ||= requestAnimationFrame(look);
    };
    look();
    window.addEventListener("scroll", later, { passive: true });
    window.addEventListener("resize", later);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", later);
      window.removeEventListener("resize", later);
    };
  }, [list, layout]);

  return found;
}

export function useRowHeights(): RowHeights {
  const [heights, setHeights] = useState(readHeights);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = () => setHeights(readHeights());
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return heights;
}

function readHeights(): RowHeights {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const { day, event } = matchMedia(NARROW).matches ? NARROW_REM : WIDE_REM;
  return { day: day * rem, event: event * rem };
}

/** How much of the list is above the screen; less than nothing while it begins below its top. */
function toScrolled(list: HTMLElement | null): number {
  return list ? -list.getBoundingClientRect().top : 0;
}

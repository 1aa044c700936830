/** Fingers on an element: what they draw aside follows them, and a swipe is told. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { type Swipe, type Travel, toSwipe } from "./swipe.ts";

/**
 * `onSwipe` is told where it began. Whatever `find` answers for that place follows the finger
 * meanwhile. The element needs `touch-action: pan-y`, so that up and down stay the browser's.
 */
export function useSwipe(
  element: RefObject<HTMLElement | null>,
  options: {
    find(start: Element): HTMLElement | null;
    onSwipe(swipe: Swipe, moved: HTMLElement): void;
  },
): void {
  const current = useRef(options);
  current.current = options;

  useEffect(() => {
    const area = element.current;
    if (!area) return;
    let start: { id: number; x: number; y: number; moved: HTMLElement } | null = null;
    const travelOf = (event: PointerEvent): Travel =>
      start ? { x: event.clientX - start.x, y: event.clientY - start.y } : { x: 0, y: 0 };
    const end = (): void => {
      start?.moved.style.removeProperty("translate");
      start = null;
    };

    const abort = new AbortController();
    const on = (type: string, hear: (event: PointerEvent) => void): void =>
      area.addEventListener(type, hear as EventListener, { signal: abort.signal });
    on("pointerdown", (event) => {
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      const moved = current.current.find(event.target as Element);
      if (moved) start = { id: event.pointerId, x: event.clientX, y: event.clientY, moved };
    });
    on("pointermove", (event) => {
      const { x, y } = travelOf(event);
      if (start?.id !== event.pointerId || Math.abs(y) > Math.abs(x)) return;
      start.moved.style.setProperty("translate", `${x / 2}px`);
    });
    on("pointerup", (event) => {
      const swipe = start?.id === event.pointerId ? toSwipe(travelOf(event)) : null;
      const moved = start?.moved;
      end();
      if (swipe && moved) current.current.onSwipe(swipe, moved);
    });
    on("pointercancel", end);
    return () => abort.abort();
  }, [element]);
}

/** Whether an element can be seen: on the screen, or nearly, and in a tab that is in front. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Begun a little early, so that a picture is there when it is scrolled into view. */
const EARLY = "200px";

export function useVisible(element: RefObject<Element | null>): boolean {
  const [onScreen, setOnScreen] = useState(false);
  const [inFront, setInFront] = useState(!document.hidden);

  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new IntersectionObserver(
      (entries) => setOnScreen(entries.at(-1)?.isIntersecting ?? false),
      { rootMargin: EARLY },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  useEffect(() => {
    const follow = () => setInFront(!document.hidden);
    document.addEventListener("visibilitychange", follow);
    return () => document.removeEventListener("visibilitychange", follow);
  }, []);

  return onScreen && inFront;
}

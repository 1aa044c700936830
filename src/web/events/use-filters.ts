/** The filters in the address: changed here, by a link, or by going back. */
import { useEffect, useState } from "preact/hooks";

import { toEventId } from "../route.ts";
import { type EventFilters, toEventsHref, toFilters } from "./filters.ts";

export interface Filtering {
  filters: EventFilters;
  change(changes: Partial<EventFilters>): void;
}

export function useFilters(): Filtering {
  const [filters, setFilters] = useState(() => toFilters(location.hash));

  useEffect(() => {
    const follow = () => {
      // An open event lies over the list, which stays as it is.
      if (toEventId(location.hash) === null) setFilters(toFilters(location.hash));
    };
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);

  return {
    filters,
    change(changes) {
      const next = { ...filters, ...changes };
      // Going back leads to the choice before, but not from letter to letter.
      const isTyping = Object.keys(changes).join() === "words";
      history[isTyping ? "replaceState" : "pushState"](null, "", toEventsHref(next));
      setFilters(next);
    },
  };
}

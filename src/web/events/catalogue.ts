/**
 * The events that were asked for, as far as they have come, and what the feed adds to them. Asking
 * anew drops whatever is still under way: an answer to an older question is never shown.
 */
import type { EventPage, FeedMessage, MotionEvent } from "../../api/contract.ts";
import {
  type Chronicle,
  withEvent,
  withMessage,
  withNewestPage,
  withOlderPage,
} from "../chronicle.ts";
import { type EventFilters, fits, noFilters, toQuery } from "./filters.ts";

const PAGE_EVENTS = 100;
/** A page left open for weeks is read anew before it holds more. */
export const CATALOGUE_EVENTS_MAX = 20_000;

export type CatalogueState =
  /** What is shown answers the question before. */
  { type: "loading" } | { type: "ready" } | { type: "failed"; error: unknown };

export interface CatalogueView {
  chronicle: Chronicle;
  state: CatalogueState;
  older: CatalogueState;
  /** New ones that are held back, newest first: they would move what is being read. */
  fresh: readonly MotionEvent[];
}

export interface Catalogue {
  ask(filters: EventFilters): Promise<void>;
  /** The same again, from the top. */
  again(): Promise<void>;
  loadOlder(): Promise<void>;
  hear(message: FeedMessage, options: { holds: boolean }): void;
  showFresh(): void;
}

export function createCatalogue(ports: {
  ask(path: string, options: { signal: AbortSignal }): Promise<EventPage>;
  /** Shown until the first answer is there. */
  first: CatalogueView;
  /** Told of every change. */
  show(view: CatalogueView): void;
}): Catalogue {
  let view = ports.first;
  let filters = noFilters;
  let question = new AbortController();

  const show = (changes: Partial<CatalogueView>): void => {
    view = { ...view, ...changes };
    ports.show(view);
  };
  const read = (more = ""): Promise<EventPage> => {
    const query = [toQuery(filters), `limit=${PAGE_EVENTS}`, more].filter((part) => part !== "");
    return ports.ask(`/events?${query.join("&")}`, { signal: question.signal });
  };
  const again = async (): Promise<void> => {
    question.abort();
    question = new AbortController();
    const { signal: current } = question;
    show({ state: { type: "loading" } });
    try {
      const page = await read();
      if (current.aborted) return;
      const ready = { type: "ready" } as const;
      show({ chronicle: withNewestPage(page), state: ready, older: ready, fresh: [] });
    } catch (error) {
      if (!current.aborted) show({ state: { type: "failed", error } });
    }
  };

  return {
    again,
    ask(wanted) {
      filters = wanted;
      return again();
    },
    async loadOlder() {
      const { nextCursor } = view.chronicle;
      if (nextCursor === null || view.older.type === "loading") return;
      const { signal: current } = question;
      show({ older: { type: "loading" } });
      try {
        const page = await read(`cursor=${encodeURIComponent(nextCursor)}`);
        if (current.aborted) return;
        show({ chronicle: withOlderPage(view.chronicle, page), older: { type: "ready" } });
      } catch (error) {
        if (!current.aborted) show({ older: { type: "failed", error } });
      }
    },
    hear(message, { holds }) {
      if (message.type === "resync") {
        // Owned by `again` itself, which turns every failure into a state.
        void again();
        return;
      }
      if (!message.type.startsWith("event.")) return;
      const isWanted = (event: MotionEvent) => fits(event, filters);
      show(withNews(view, message, { holds, isWanted }));
      if (!holds && view.chronicle.events.length > CATALOGUE_EVENTS_MAX) void again();
    },
    showFresh() {
      if (view.fresh.length === 0) return;
      show({ chronicle: view.fresh.reduceRight(withEvent, view.chronicle), fresh: [] });
    },
  };
}

/**
 * What is shown changes in its place, and stays though it may no longer fit: nothing vanishes under
 * the hand that just marked it. What is new joins if it is wanted, or is held back.
 */
export function withNews(
  { chronicle, fresh }: Pick<CatalogueView, "chronicle" | "fresh">,
  message: FeedMessage,
  options: { holds: boolean; isWanted(event: MotionEvent): boolean },
): Pick<CatalogueView, "chronicle" | "fresh"> {
  if (message.type === "event.deleted") {
    const others = fresh.filter((event) => event.id !== message.event.id);
    return { chronicle: withMessage(chronicle, message), fresh: others };
  }
  if (!("event" in message)) return { chronicle, fresh };

  const { event } = message;
  const isAbout = (known: MotionEvent) => known.id === event.id;
  if (chronicle.events.some(isAbout)) return { chronicle: withEvent(chronicle, event), fresh };
  const others = fresh.filter((known) => !isAbout(known));
  if (!options.isWanted(event)) return { chronicle, fresh: others };
  const newest = chronicle.events[0];
  const isNew = newest === undefined || event.started_at >= newest.started_at;
  if (isNew && options.holds) {
    const held = withEvent({ events: others, nextCursor: null }, event);
    return { chronicle, fresh: held.events };
  }
  return { chronicle: withEvent(chronicle, event), fresh: others };
}

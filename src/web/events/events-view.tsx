/** All that happened, newest first: to look through, to search, to sort out. */
import "../styles/stream.css";

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import { useAsk } from "../answer.ts";
import { emptyChronicle } from "../chronicle.ts";
import { toAdvice, usePage } from "../page.ts";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";
import { ActivityStrip } from "./activity-strip.tsx";
import { type Catalogue, type CatalogueView, createCatalogue } from "./catalogue.ts";
import { EventStream } from "./event-stream.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { countFilters, type EventFilters, noFilters, toQuery } from "./filters.ts";
import { KeyHelp } from "./key-help.tsx";
import { ExportMenu } from "./saving.tsx";
import { SiteTimes, ZoneNote } from "./site-times.tsx";
import { type Filtering, useFilters } from "./use-filters.ts";

export function EventsView() {
  return (
    <SiteTimes>
      <Events />
    </SiteTimes>
  );
}

function Events() {
  const words = useWords(eventWords);
  const filtering = useFilters();
  const { catalogue, view, onAway } = useCatalogue(filtering.filters);
  return (
    <>
      <div class="view-head">
        <h2 class="view-title">{words.title}</h2>
        <ExportMenu filters={filtering.filters} />
      </div>
      <FilterBar filtering={filtering} />
      <ZoneNote />
      <ActivityStrip filtering={filtering} />
      <Results catalogue={catalogue} view={view} filtering={filtering} onAway={onAway} />
    </>
  );
}

/** Follows the filters and the feed. */
function useCatalogue(filters: EventFilters) {
  const { site } = usePage();
  const ask = useAsk();
  const query = toQuery(filters);
  const [view, show] = useState<CatalogueView>(() => ({
    // The page knows the newest of all already.
    chronicle: query === "" ? site.chronicle.peek() : emptyChronicle,
    ...{ state: { type: "loading" }, older: { type: "ready" }, fresh: [] },
  }));
  const first = useRef(view);
  const catalogue = useMemo(() => createCatalogue({ ask, first: first.current, show }), [ask]);
  const asked = useRef(filters);
  asked.current = filters;
  const isAway = useRef(false);

  useEffect(() => {
    // Of the words nothing but signs may be left: the query says what really is asked for.
    const words = new URLSearchParams(query).get("q") ?? "";
    // Owned by the catalogue, which turns every failure into a state.
    void catalogue.ask({ ...asked.current, words });
    scrollToTop();
  }, [catalogue, query]);
  useEffect(() => {
    let isFirst = true;
    const stop = [
      site.told.subscribe((message) => {
        if (!isFirst && message) catalogue.hear(message, { holds: isAway.current });
      }),
      site.feed.subscribe((feed) => {
        if (!isFirst && feed.type === "live" && !feed.resumed) void catalogue.again();
      }),
    ];
    isFirst = false;
    return () => {
      for (const end of stop) end();
    };
  }, [catalogue, site]);

  const onAway = useCallback(
    (away: boolean) => {
      isAway.current = away;
      if (!away) catalogue.showFresh();
    },
    [catalogue],
  );
  return { catalogue, view, onAway };
}

function Results(props: {
  catalogue: Catalogue;
  view: CatalogueView;
  filtering: Filtering;
  onAway(away: boolean): void;
}) {
  const { strings } = usePage();
  const words = useWords(eventWords);
  const { catalogue, view, filtering } = props;
  const { state } = view;
  const { events, nextCursor } = view.chronicle;
  const isEmpty = events.length === 0;

  return (
    <section class="results" aria-label={words.title} aria-busy={state.type === "loading"}>
      <div class="results-head">
        <p class="quiet-text" role="status">
          {state.type === "ready" && !isEmpty && words.results(events.length, nextCursor === null)}
          {state.type === "loading" && strings.loadingEvents}
        </p>
        <KeyHelp />
      </div>
      {state.type === "failed" && (
        <div class="notice is-bad" role="alert">
          <p>
            {strings.eventsFailed} {toAdvice(state.error, strings)}
          </p>
          <button type="button" class="button" onClick={() => void catalogue.again()}>
            {strings.tryAgain}
          </button>
        </div>
      )}
      {isEmpty && state.type === "loading" && <Outline />}
      {isEmpty && state.type === "ready" && <Nothing filtering={filtering} />}
      <EventStream catalogue={catalogue} view={view} onAway={props.onAway} />
      <End catalogue={catalogue} view={view} />
      <Fresh catalogue={catalogue} count={view.fresh.length} />
    </section>
  );
}

/** Empty because nothing happened, or because of what was asked for. */
function Nothing({ filtering }: { filtering: Filtering }) {
  const { strings } = usePage();
  const words = useWords(eventWords);
  const { filters, change } = filtering;
  const isNarrowed = countFilters(filters) > 0 || filters.words !== "";
  return (
    <div class="empty">
      <p class="empty-title">{isNarrowed ? words.noMatch : strings.noEvents}</p>
      <p>{isNarrowed ? words.noMatchAdvice : strings.noEventsAdvice}</p>
      {isNarrowed && (
        <button type="button" class="button" onClick={() => change(noFilters)}>
          {words.clearFilters}
        </button>
      )}
    </div>
  );
}

function End({ catalogue, view }: { catalogue: Catalogue; view: CatalogueView }) {
  const { strings } = usePage();
  const words = useWords(eventWords);
  const { older } = view;
  const { events, nextCursor } = view.chronicle;
  if (events.length === 0) return null;
  if (older.type === "failed") {
    return (
      <div class="older">
        <p class="form-error" role="alert">
          {toAdvice(older.error, strings)}
        </p>
        <button type="button" class="button" onClick={() => void catalogue.loadOlder()}>
          {strings.tryAgain}
        </button>
      </div>
    );
  }
  if (nextCursor === null) return <p class="older">{words.endOfList}</p>;
  return <p class="older waiting">{strings.loadingOlder}</p>;
}

/** What came meanwhile, when the newest are out of view. */
function Fresh({ catalogue, count }: { catalogue: Catalogue; count: number }) {
  const words = useWords(eventWords);
  return (
    <div class="fresh" role="status">
      {count > 0 && (
        <button
          type="button"
          class="button primary"
          onClick={() => {
            catalogue.showFresh();
            scrollToTop();
          }}
        >
          ↑ {words.showNew(count)}
        </button>
      )}
    </div>
  );
}

/** The outline of what is coming, at its size, so that nothing jumps when it arrives. */
function Outline() {
  return (
    <div class="outline" aria-hidden="true">
      {[1, 2, 3, 4].map((row) => (
        <div key={row} class="event-row is-waiting">
          <div class="picture" />
        </div>
      ))}
    </div>
  );
}

function scrollToTop(): void {
  window.scrollTo({ top: 0 });
}

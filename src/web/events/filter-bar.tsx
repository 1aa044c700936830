/** What is asked for: words as they are typed, and choices that show what they are at. */
import { useEffect, useRef, useState } from "preact/hooks";

import { usePage } from "../page.ts";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";
import { countFilters, noFilters } from "./filters.ts";
import { useSiteZone } from "./site-times.tsx";
import { type SpanName, toSpan, toSpanName } from "./spans.ts";
import type { Filtering } from "./use-filters.ts";

/** Until the typing rests. */
const REST_MS = 200;

export function FilterBar(props: { filtering: Filtering }) {
  const words = useWords(eventWords);
  const { filters, change } = props.filtering;
  const [isOpen, setOpen] = useState(false);
  const inForce = countFilters(filters);
  return (
    <search class="filter-bar">
      <div class="filter-words">
        <SearchField words={filters.words} onWords={(typed) => change({ words: typed })} />
        <button
          type="button"
          class="button filter-toggle"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {inForce > 0 ? words.filtersInForce(inForce) : words.filters}
        </button>
      </div>
      <div class={`filter-choices ${isOpen ? "is-open" : ""}`}>
        <Choices filtering={props.filtering} />
        {inForce > 0 && (
          <button
            type="button"
            class="button quiet"
            onClick={() => change({ ...noFilters, words: filters.words })}
          >
            {words.clearFilters}
          </button>
        )}
      </div>
    </search>
  );
}

function SearchField(props: { words: string; onWords(words: string): void }) {
  const { clock } = usePage();
  const words = useWords(eventWords);
  const [typed, setTyped] = useState(props.words);
  const tell = useRef(props.onWords);
  tell.current = props.onWords;

  // Another address brings other words, and with them what stands in the field.
  useEffect(() => setTyped(props.words), [props.words]);
  useEffect(() => {
    if (typed === props.words) return;
    const abort = new AbortController();
    // Broken off by the next letter, which begins the wait anew.
    void clock.sleep(REST_MS, { signal: abort.signal }).then(
      () => tell.current(typed),
      () => {},
    );
    return () => abort.abort();
  }, [typed, props.words, clock]);

  return (
    <input
      type="search"
      id="event-search"
      class="search-field"
      aria-label={words.search}
      placeholder={words.searchHint}
      maxLength={200}
      autoComplete="off"
      spellcheck={false}
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
    />
  );
}

function Choices({ filtering }: { filtering: Filtering }) {
  const { site } = usePage();
  const words = useWords(eventWords);
  const { filters, change } = filtering;
  const cameras = (site.cameras.value ?? []).map(({ id, name }) => [id, name] as const);
  const isKnown = filters.camera === null || cameras.some(([id]) => id === filters.camera);
  const gone = isKnown ? [] : [[filters.camera ?? "", filters.camera ?? ""] as const];

  return (
    <>
      <Choice
        label={words.camera}
        value={filters.camera ?? ""}
        options={[["", words.allCameras], ...cameras, ...gone]}
        onValue={(id) => change({ camera: id === "" ? null : id })}
      />
      <SpanChoice filtering={filtering} />
      <Choice
        label={words.severity}
        value={String(filters.concern ?? "any")}
        options={["any" as const, "1" as const, "2" as const, "3" as const].map((level) => [
          level,
          words.severities[level],
        ])}
        onValue={(level) => change({ concern: level === "any" ? null : Number(level) })}
      />
      <YesOrNo
        label={words.described}
        value={filters.described}
        options={words.describedChoices}
        onValue={(described) => change({ described })}
      />
      <YesOrNo
        label={words.seen}
        value={filters.seen}
        options={words.seenChoices}
        onValue={(seen) => change({ seen })}
      />
      <label class="check filter-check">
        <input
          type="checkbox"
          checked={filters.important}
          onChange={(event) => change({ important: event.currentTarget.checked })}
        />
        {words.importantOnly}
      </label>
    </>
  );
}

function Choice(props: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onValue(value: string): void;
}) {
  return (
    <select
      aria-label={props.label}
      value={props.value}
      onChange={(event) => props.onValue(event.currentTarget.value)}
    >
      {props.options.map(([value, name]) => (
        <option key={value} value={value} selected={value === props.value}>
          {name}
        </option>
      ))}
    </select>
  );
}

function YesOrNo(props: {
  label: string;
  value: boolean | null;
  options: { any: string; true: string; false: string };
  onValue(value: boolean | null): void;
}) {
  return (
    <Choice
      label={props.label}
      value={String(props.value ?? "any")}
      options={Object.entries(props.options).sort(([one]) => (one === "any" ? -1 : 1))}
      onValue={(chosen) => props.onValue(chosen === "any" ? null : chosen === "true")}
    />
  );
}

/** Days by their names; any other stretch by the site's clocks. */
function SpanChoice({ filtering }: { filtering: Filtering }) {
  const { present } = usePage();
  const words = useWords(eventWords);
  const zone = useSiteZone();
  const { filters, change } = filtering;
  const { now } = present.value;
  const name = toSpanName(filters, zone, now);
  return (
    <>
      <Choice
        label={words.span}
        value={name}
        options={Object.entries(words.spans)}
        onValue={(chosen) => change(toSpan(chosen as SpanName, zone, now))}
      />
      {name === "own" && (
        <>
          <Moment label={words.from} at={filters.from} onMoment={(from) => change({ from })} />
          <Moment label={words.to} at={filters.to} onMoment={(to) => change({ to })} />
        </>
      )}
    </>
  );
}

/** By the site's clocks. */
function Moment(props: { label: string; at: string | null; onMoment(at: string | null): void }) {
  const zone = useSiteZone();
  return (
    <label class="filter-moment">
      {props.label}
      <input
        type="datetime-local"
        value={props.at === null ? "" : zone.toLocal(Date.parse(props.at))}
        onChange={({ currentTarget: { value } }) => {
          props.onMoment(value === "" ? null : new Date(zone.toInstant(value)).toISOString());
        }}
      />
    </label>
  );
}

import fc from "fast-check";
import { expect, test } from "vitest";

import { eventQuery } from "../../src/api/event-contract.ts";
import {
  countFilters,
  type EventFilters,
  fits,
  noFilters,
  toEventsHref,
  toFilters,
  toQuery,
} from "../../src/web/events/filters.ts";
import { toWireEvent } from "../support/wire-event.ts";

const choice = fc.constantFrom(null, true, false);
const time = fc
  .option(fc.integer({ min: 0, max: 4e12 }), { nil: null })
  .map((at) => (at === null ? null : new Date(at).toISOString()));
const filtersOf: fc.Arbitrary<EventFilters> = fc.record({
  camera: fc.constantFrom(null, "dock-door", "yard"),
  from: time,
  to: time,
  concern: fc.constantFrom(null, 1, 2, 3),
  described: choice,
  seen: choice,
  important: fc.boolean(),
  words: fc.constantFrom("", "van", "a & b=c#d?", "Tür zum Hof"),
});

test("whatever is asked for, its address leads back to it, and the box takes it", () => {
  fc.assert(
    fc.property(filtersOf, (filters) => {
      expect(toFilters(toEventsHref(filters))).toEqual(filters);
      const query = Object.fromEntries(new URLSearchParams(toQuery(filters)));
      expect(eventQuery.safeParse(query).error).toBeUndefined();
    }),
  );
});

test.for([
  "#/events?from=yesterday&min_concern=9&described=maybe&seen=1&important=yes",
  "#/events?camera_id=",
  "#/events?%zz",
  "#/events",
])("what an address says that is none of ours asks for nothing: %s", (hash) => {
  expect(toFilters(hash)).toEqual(noFilters);
});

test("signs alone are no words to look for", () => {
  expect(toQuery({ ...noFilters, words: " ?! " })).toBe("");
});

test("a stretch of time counts as one filter, and words as none", () => {
  const from = "2026-03-01T10:00:00.000Z";
  expect(countFilters(noFilters)).toBe(0);
  expect(countFilters({ ...noFilters, from, to: from, important: true, words: "van" })).toBe(2);
});

const described = toWireEvent({ id: "a", seen: true });
const ai = {
  ...{ title: "Ein Lieferwagen", description: "Ein Mann öffnet die Tür.", activity: "Lieferung" },
  ...{ objects: ["Van"], concern: 2 },
};
const event = { ...described, ai } as unknown as typeof described;

test.for([
  [{}, true],
  [{ camera: "dock-door" }, true],
  [{ camera: "yard" }, false],
  [{ from: "2026-03-01T10:00:00.000Z" }, true],
  [{ to: "2026-03-01T10:00:00.000Z" }, false],
  [{ concern: 2 }, true],
  [{ concern: 3 }, false],
  [{ described: false }, false],
  [{ seen: true }, true],
  [{ important: true }, false],
  [{ words: "tur liefer" }, true],
  [{ words: "TÜR van" }, true],
  [{ words: "wagen" }, false],
  [{ words: "motion" }, true],
] as const)(
  "an event that comes by itself is wanted as the box would say: %o %s",
  ([asked, wanted]) => {
    expect(fits(event, { ...noFilters, ...asked })).toBe(wanted);
  },
);

import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import { ApplianceError } from "../../src/base/errors.ts";
import type { MotionEvent } from "../../src/events/event.ts";
import { createDescriptionStore } from "../../src/store/descriptions.ts";
import type { EventQuery } from "../../src/store/event-pages.ts";
import { openTestDesk, type TestDesk } from "../support/analysis-desk.ts";
import { createDescription, createMotionEvent } from "../support/sample-events.ts";

let desk: TestDesk;
beforeEach(async () => {
  desk = await openTestDesk({});
});
afterEach(() => desk[Symbol.asyncDispose]());

function add(given: Partial<MotionEvent>, description?: string): MotionEvent {
  const event = createMotionEvent(given);
  desk.events.insert(event, null);
  if (description !== undefined) describe(event.id, description);
  return event;
}

function describe(eventId: string, description: string): void {
  const origin = { createdAt: 0, queueWaitMs: 0, serverVersion: null, imageHash: null };
  const said = createDescription(eventId, { description, title: "", objects: [] });
  createDescriptionStore(desk.db).save(said, origin);
}

const find = (words: string, query: Partial<EventQuery> = {}) =>
  desk.events.list({ words, limit: 20, ...query }).items.map(({ id }) => id);

test("an event is found by words of its description, of its motion summary, and by begun ones", () => {
  const { id } = add(
    { motionSummary: "Motion for 8 s, entered from the left." },
    "A courier carries two parcels to the gate.",
  );
  add({ startedAt: 5 }, "A dog.");
  for (const words of ["parcels", "GATE courier", "parc", "entered left", "courier, gate!"]) {
    expect(find(words)).toEqual([id]);
  }
  for (const words of ["parcel ", "arcels", "courier dog"]) expect(find(words)).toEqual([]);
});

test("marks on letters make no difference, and of a long begun word eight letters count", () => {
  const { id } = add({}, "Ein Lieferant öffnet die Türe. Motorcyclist.");
  for (const words of ["ture", "Türe", "offnet", "motorcycli"]) expect(find(words)).toEqual([id]);
});

test("the newest come first, page by page, within all other bounds", () => {
  const ids = Array.from({ length: 12 }, (_, place) => {
    const cameraId = place % 3 === 0 ? "dock-door" : "yard";
    // Two a millisecond, and now and then one that does not fit.
    const startedAt = 1000 + Math.floor(place / 2);
    return add({ cameraId, startedAt }, place === 6 ? "A cat." : "A person.").id;
  });
  const people = ids.filter((_, place) => place !== 6).reverse();
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = desk.events.list({ words: "person", limit: 4, cursor });
    found.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(found).toEqual(people);

  const docks = [ids[9], ids[3], ids[0]];
  expect(find("person", { cameraIds: ["dock-door"] })).toEqual(docks);
  expect(find("pers", { cameraIds: ["dock-door", "yard"] })).toEqual(people);
  expect(find("person", { cameraIds: [] })).toEqual([]);
  expect(find("person", { from: 1001, to: 1002 })).toEqual([ids[3], ids[2]]);
  expect(find("person", { minSignificance: 1 })).toEqual([]);
});

test("what was said anew is found, what was said before and what was deleted is not", () => {
  const event = add({}, "A courier.");
  describe(event.id, "A ladder.");
  expect([find("courier"), find("ladder")]).toEqual([[], [event.id]]);
  desk.events.update({ ...event, motionSummary: "Motion for an hour." });
  expect(find("hour ladder")).toEqual([event.id]);
  desk.events.remove(event.id);
  expect(find("ladder")).toEqual([]);
});

test("nothing that is typed is an instruction, and nothing breaks the search", () => {
  add({}, "A person NEAR the gate AND a van OR NOT.");
  for (const words of [
    '"',
    "NEAR(",
    "AND",
    "a:b",
    "*",
    "^person",
    "-van",
    "person*van",
    "(",
    "👻",
  ]) {
    expect(() => {
      try {
        find(words);
      } catch (error) {
        if (!(error instanceof ApplianceError) || error.kind !== "invalid") throw error;
      }
    }).not.toThrow();
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), (words) => {
      try {
        return Array.isArray(find(words));
      } catch (error) {
        return error instanceof ApplianceError && error.kind === "invalid";
      }
    }),
  );
});

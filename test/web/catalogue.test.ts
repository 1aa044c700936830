import { expect, test } from "vitest";

import type { EventPage, FeedMessage, MotionEvent } from "../../src/api/contract.ts";
import { emptyChronicle } from "../../src/web/chronicle.ts";
import { type CatalogueView, createCatalogue } from "../../src/web/events/catalogue.ts";
import { noFilters } from "../../src/web/events/filters.ts";
import { toWireEvent } from "../support/wire-event.ts";

const eventAt = (minute: number, given: Partial<MotionEvent> = {}) =>
  toWireEvent({
    id: `event ${minute}`,
    started_at: new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString(),
    ...given,
  });
const pageOf = (events: MotionEvent[], next_cursor: string | null = null): EventPage => ({
  items: events,
  next_cursor,
});
const tell = (event: MotionEvent): FeedMessage => ({
  type: "event.updated",
  ...{ seq: 1, sent_at: "2026-03-01T10:00:00.000Z", event },
});

/** A box that answers when the test says so. */
function openBox() {
  const asked: { path: string; answer: (page: EventPage) => void; fail: (error: Error) => void }[] =
    [];
  let view: CatalogueView = {
    chronicle: emptyChronicle,
    ...{ state: { type: "loading" }, older: { type: "ready" }, fresh: [] },
  };
  const catalogue = createCatalogue({
    first: view,
    show(changed) {
      view = changed;
    },
    ask: (path) => {
      const { promise, resolve, reject } = Promise.withResolvers<EventPage>();
      asked.push({ path, answer: resolve, fail: reject });
      return promise;
    },
  });
  const ids = () => view.chronicle.events.map(({ id }) => id);
  return { catalogue, asked, ids, read: () => view };
}

test("an answer to the question before is never shown, however late it comes", async () => {
  const { catalogue, asked, ids, read } = openBox();
  const first = catalogue.ask({ ...noFilters, words: "va" });
  const second = catalogue.ask({ ...noFilters, words: "van" });
  asked[1]?.answer(pageOf([eventAt(2)]));
  await second;
  asked[0]?.answer(pageOf([eventAt(1)]));
  await first;
  expect(asked.map(({ path }) => path)).toEqual([
    "/events?q=va&limit=100",
    "/events?q=van&limit=100",
  ]);
  expect(ids()).toEqual(["event 2"]);
  expect(read().state.type).toBe("ready");
});

test("older events are asked for once at a time, and a page of the question before is dropped", async () => {
  const { catalogue, asked, ids } = openBox();
  const begun = catalogue.ask(noFilters);
  asked[0]?.answer(pageOf([eventAt(9)], "a/b"));
  await begun;
  const older = catalogue.loadOlder();
  await catalogue.loadOlder();
  expect(asked.at(-1)?.path).toBe("/events?limit=100&cursor=a%2Fb");
  expect(asked).toHaveLength(2);

  const again = catalogue.again();
  asked[2]?.answer(pageOf([eventAt(9)], "a/b"));
  await again;
  asked[1]?.answer(pageOf([eventAt(8)]));
  await older;
  expect(ids()).toEqual(["event 9"]);
});

test("what fails is said, and asking again mends it", async () => {
  const { catalogue, asked, read } = openBox();
  const begun = catalogue.ask(noFilters);
  const error = new Error("away");
  asked[0]?.fail(error);
  await begun;
  expect(read().state).toEqual({ type: "failed", error });
  const again = catalogue.again();
  asked[1]?.answer(pageOf([]));
  await again;
  expect(read().state).toEqual({ type: "ready" });
});

async function openFilled() {
  const box = openBox();
  const begun = box.catalogue.ask({ ...noFilters, camera: "dock-door" });
  box.asked[0]?.answer(pageOf([eventAt(5), eventAt(4)], "older"));
  await begun;
  return box;
}

test("new events join at the top, or wait there until they are wanted", async () => {
  const { catalogue, ids, read } = await openFilled();
  catalogue.hear(tell(eventAt(6)), { holds: false });
  catalogue.hear(tell(eventAt(7)), { holds: true });
  catalogue.hear(tell(eventAt(8)), { holds: true });
  catalogue.hear(tell(eventAt(8, { seen: true })), { holds: true });
  catalogue.hear(tell(eventAt(9, { camera_id: "yard" })), { holds: true });
  expect(ids()).toEqual(["event 6", "event 5", "event 4"]);
  expect(read().fresh.map(({ id }) => id)).toEqual(["event 8", "event 7"]);

  catalogue.showFresh();
  expect(ids()).toEqual(["event 8", "event 7", "event 6", "event 5", "event 4"]);
  expect(read().chronicle.events[0]?.seen).toBe(true);
  expect(read().fresh).toEqual([]);
});

test("what is shown changes in its place and stays, though it fits no longer", async () => {
  const { catalogue, ids, read } = await openFilled();
  catalogue.hear(tell(eventAt(4, { camera_id: "yard", seen: true })), { holds: true });
  expect(ids()).toEqual(["event 5", "event 4"]);
  expect(read().chronicle.events[1]?.seen).toBe(true);
});

test("a deleted event goes, from those that wait as well", async () => {
  const { catalogue, ids, read } = await openFilled();
  catalogue.hear(tell(eventAt(6)), { holds: true });
  for (const minute of [6, 5]) {
    const event = { id: `event ${minute}`, camera_id: "dock-door" };
    const deleted: FeedMessage = { type: "event.deleted", seq: 2, sent_at: "", event };
    catalogue.hear(deleted, { holds: true });
  }
  expect(ids()).toEqual(["event 4"]);
  expect(read().fresh).toEqual([]);
});

test("where the feed cannot tell what was missed, all is read anew", async () => {
  const { catalogue, asked } = await openFilled();
  catalogue.hear({ type: "resync", seq: 9, sent_at: "" }, { holds: true });
  expect(asked.at(-1)?.path).toBe("/events?camera_id=dock-door&limit=100");
});

import fc from "fast-check";
import { expect, test } from "vitest";

import type { FeedMessage } from "../../src/api/contract.ts";
import {
  type Chronicle,
  emptyChronicle,
  toDays,
  withMessage,
  withNewestPage,
  withOlderPage,
} from "../../src/web/chronicle.ts";
import { toWireEvent } from "../support/wire-event.ts";

const eventAt = (id: string, minute: number) =>
  toWireEvent({ id, started_at: new Date(Date.UTC(2026, 2, 1, 10, minute)).toISOString() });
const idsOf = (chronicle: Chronicle) => chronicle.events.map((event) => event.id);
const started = (id: string, minute: number): FeedMessage => ({
  type: "event.started",
  seq: 1,
  sent_at: "2026-03-01T10:00:00.000Z",
  event: eventAt(id, minute),
});

test("a new event stands on top", () => {
  const before = withNewestPage({ items: [eventAt("a", 1)], next_cursor: null });
  expect(idsOf(withMessage(before, started("b", 2)))).toEqual(["b", "a"]);
});

test("a message about a known event changes it where it stands", () => {
  const before = withNewestPage({
    items: [eventAt("c", 3), eventAt("b", 2), eventAt("a", 1)],
    next_cursor: null,
  });
  const event = { ...eventAt("b", 2), analysis_status: "done" as const };
  const after = withMessage(before, { ...started("b", 2), type: "event.analyzed", event });
  expect(idsOf(after)).toEqual(["c", "b", "a"]);
  expect(after.events[1]?.analysis_status).toBe("done");
});

test("an event older than all that is loaded waits for its page, unless all is loaded", () => {
  const items = [eventAt("c", 3), eventAt("b", 2)];
  const more = withNewestPage({ items, next_cursor: "older" });
  expect(idsOf(withMessage(more, started("a", 1)))).toEqual(["c", "b"]);
  const all = withNewestPage({ items, next_cursor: null });
  expect(idsOf(withMessage(all, started("a", 1)))).toEqual(["c", "b", "a"]);
});

test("the oldest loaded event is still changed when older ones exist", () => {
  const before = withNewestPage({ items: [eventAt("b", 2)], next_cursor: "older" });
  const event = { ...eventAt("b", 2), ended_at: "2026-03-01T10:02:09.000Z" };
  const after = withMessage(before, { ...started("b", 2), type: "event.ended", event });
  expect(after.events).toEqual([event]);
});

test("a deleted event is gone", () => {
  const before = withNewestPage({ items: [eventAt("b", 2), eventAt("a", 1)], next_cursor: null });
  const after = withMessage(before, {
    type: "event.deleted",
    seq: 2,
    sent_at: "2026-03-01T10:00:00.000Z",
    event: { id: "b", camera_id: "dock-door" },
  });
  expect(idsOf(after)).toEqual(["a"]);
});

test("an older page that overlaps what is known adds only what is not", () => {
  const before = withNewestPage({ items: [eventAt("c", 3), eventAt("b", 2)], next_cursor: "x" });
  const after = withOlderPage(before, {
    items: [eventAt("b", 2), eventAt("a", 1)],
    next_cursor: null,
  });
  expect(idsOf(after)).toEqual(["c", "b", "a"]);
  expect(after.nextCursor).toBeNull();
});

test("in whatever order events are told, the list is newest first and has each once", () => {
  const told = fc.array(fc.record({ id: fc.nat(20), late: fc.boolean() }), { maxLength: 60 });
  fc.assert(
    fc.property(told, (messages) => {
      let chronicle = emptyChronicle;
      for (const { id } of messages) {
        chronicle = withMessage(chronicle, started(String(id).padStart(2, "0"), id));
      }
      const ids = idsOf(chronicle);
      expect(ids).toEqual([...new Set(ids)].sort().reverse());
      expect(ids.length).toBe(new Set(messages.map((message) => message.id)).size);
    }),
  );
});

test("events are grouped by the day of the one who looks", () => {
  const events = [eventAt("c", 3), eventAt("b", 2), eventAt("a", 1)];
  const days = toDays(events, (time) => (time < "2026-03-01T10:02" ? "before" : "after"));
  expect(days.map((day) => [day.key, day.events.length])).toEqual([
    ["after", 2],
    ["before", 1],
  ]);
});

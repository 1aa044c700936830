import { afterEach, beforeEach, expect, test } from "vitest";

import { createId } from "../../src/base/ids.ts";
import { createCameraStore } from "../../src/store/cameras.ts";
import { createDescriptionStore } from "../../src/store/descriptions.ts";
import { createEarlierPictureStore } from "../../src/store/earlier-pictures.ts";
import { createEventStore, type EventStore } from "../../src/store/events.ts";
import { openTestDesk, type TestDesk } from "../support/analysis-desk.ts";
import { isLedgerTrue } from "../support/ledger-recount.ts";
import { createCounts } from "../support/queue-counts.ts";
import { createDescription, createMotionEvent } from "../support/sample-events.ts";

let desk: TestDesk;
let events: EventStore;

beforeEach(async () => {
  desk = await openTestDesk({});
  events = createEventStore(desk.db);
});
afterEach(() => desk[Symbol.asyncDispose]());

test("an event comes back as it was stored, and has exactly one job", () => {
  const event = createMotionEvent({ boxes: [[0, 0.25, 0.5, 1]] });
  events.insert(event, { availableAt: 5, priority: 1 });

  expect(events.find(event.id)).toEqual({
    ...event,
    ...{ seen: false, important: false, ai: null },
  });
  const waitingByUrgency = { asked: 0, urgent: 0, ordinary: 0, low: 1 };
  expect(desk.rows.counts()).toEqual(
    createCounts({ waiting: 1, waitingByUrgency, oldestAt: event.timestamp }),
  );
  expect(events.find(createId())).toBeNull();
});

test("where no analysis is wanted there is no job", () => {
  const analysisReason = "This camera wants no descriptions.";
  const event = createMotionEvent({ analysisStatus: "disabled", analysisReason });
  events.insert(event, null);
  expect(desk.rows.counts().waiting).toBe(0);
  expect(events.ledger()).toMatchObject([{ captured: 1, disabled: 1, waiting: 0 }]);
});

test("an event and its job are stored together or not at all", () => {
  const event = createMotionEvent();
  const impossible = { availableAt: 0, priority: Number.NaN };
  expect(() => events.insert(event, impossible)).toThrow();
  expect(events.find(event.id)).toBeNull();
});

test("what motion learns later never touches the analysis, and grows the revision", async () => {
  const event = createMotionEvent({ significanceScore: 0.9 });
  events.insert(event, { availableAt: 0, priority: 1 });
  desk.start();
  await desk.untilSettled(1);

  const snapshot = `${event.id}-00000000.jpg`;
  const later = { endedAt: event.startedAt + 9000, snapshot, significanceScore: 0.4 };
  expect(events.update({ ...event, ...later })).toBe(true);
  expect(events.find(event.id)).toMatchObject({
    endedAt: event.startedAt + 9000,
    snapshot,
    significanceScore: 0.9,
    analysisStatus: "done",
    analysisReason: null,
    revision: 4,
    ai: { title: "A person at the door" },
  });
  expect(events.hasSnapshot(snapshot)).toBe(true);
  expect(events.hasSnapshot("another.jpg")).toBe(false);
  expect(events.update(createMotionEvent())).toBe(false);
});

test("an end before its start, from a clock that stepped back, is stored as no time at all", () => {
  const event = createMotionEvent();
  events.insert(event, null);
  events.update({ ...event, endedAt: event.startedAt - 60_000 });
  expect(events.find(event.id)?.endedAt).toBe(event.startedAt);
});

test("an event goes with its job, its description and the names of its pictures, and is uncounted", async () => {
  const event = createMotionEvent({ snapshot: `${createId()}-00000000.jpg` });
  events.insert(event, { availableAt: 0, priority: 1 });
  const other = createMotionEvent();
  events.insert(other, { availableAt: 0, priority: 1 });
  const earlier = createEarlierPictureStore(desk.db);
  earlier.replace(event.id, [{ snapshot: "before.jpg", capturedAt: 0, boxes: [] }]);
  desk.start();
  await desk.untilSettled(2);

  const pictures = [event.snapshot, "before.jpg"];
  expect(events.remove(event.id)).toEqual({ cameraId: event.cameraId, pictures });
  expect(events.find(event.id)).toBeNull();
  expect(events.remove(event.id)).toBeNull();
  expect(earlier.has("before.jpg")).toBe(false);
  expect(events.ledger()).toMatchObject([{ captured: 1 }]);
  expect(isLedgerTrue(desk.db)).toBe(true);
});

test("a job is released earlier, never later", () => {
  const event = createMotionEvent();
  events.insert(event, { availableAt: 30_000, priority: 1 });
  events.releaseJob(event.id, { availableAt: 40_000, priority: 0 });
  expect(desk.rows.nextDueAt()).toBe(30_000);
  events.releaseJob(event.id, { availableAt: 10_000, priority: 0 });
  expect(desk.rows.due(9_999, []).candidates).toEqual([]);
  expect(desk.rows.due(10_000, []).candidates).toHaveLength(1);
});

test("events that a crash left open are found", () => {
  const open = createMotionEvent();
  events.insert(open, null);
  events.insert(createMotionEvent({ endedAt: Date.UTC(2026, 0, 2) }), null);
  expect(events.findOpen()).toEqual([open]);
});

test("pages go back in time without gap or repeat while events come in", () => {
  // Three events a millisecond: the id decides among them.
  const ids = Array.from({ length: 20 }, (_, place) => {
    const event = createMotionEvent({ startedAt: 1000 + Math.floor(place / 3) });
    events.insert(event, null);
    return event.id;
  });

  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = events.list({ limit: 6, cursor: cursor ?? undefined });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
    events.insert(createMotionEvent({ startedAt: 5000 }), null);
  } while (cursor !== null);
  expect(seen).toEqual([...ids].reverse());
});

test("the list is narrowed by camera, time, significance and status", () => {
  const quiet = createMotionEvent({ startedAt: 1000, significanceScore: 0.2 });
  const strong = createMotionEvent({ startedAt: 2000, significanceScore: 0.8 });
  const other = createMotionEvent({ startedAt: 3000, cameraId: "yard" });
  for (const event of [quiet, strong, other]) events.insert(event, null);
  const idsOf = (query: Parameters<EventStore["list"]>[0]) =>
    events.list(query).items.map(({ id }) => id);

  expect(idsOf({ limit: 9 })).toEqual([other.id, strong.id, quiet.id]);
  expect(idsOf({ limit: 9, cameraIds: ["dock-door"] })).toEqual([strong.id, quiet.id]);
  expect(idsOf({ limit: 2, cameraIds: ["dock-door", "yard"] })).toEqual([other.id, strong.id]);
  expect(idsOf({ limit: 9, cameraIds: [] })).toEqual([]);
  expect(idsOf({ limit: 9, from: 2000, to: 3000 })).toEqual([strong.id]);
  expect(idsOf({ limit: 9, minSignificance: 0.5 })).toEqual([other.id, strong.id]);
  expect(idsOf({ limit: 9, analysisStatus: "done" })).toEqual([]);
  expect(events.list({ limit: 3 }).nextCursor).toBeNull();
});

test("the list is narrowed by whether it was described, and by how much concern it gave", () => {
  const [calm, alarming, plain] = [1000, 2000, 3000].map((startedAt) => {
    const event = createMotionEvent({ startedAt, motionSummary: "Motion at the gate." });
    events.insert(event, null);
    return event.id;
  });
  const descriptions = createDescriptionStore(desk.db);
  const origin = { createdAt: 0, queueWaitMs: 0, serverVersion: null, imageHash: null };
  descriptions.save(createDescription(calm ?? "", { concern: 0 }), origin);
  descriptions.save(createDescription(alarming ?? "", { concern: 3 }), origin);
  const idsOf = (query: Omit<Parameters<EventStore["list"]>[0], "limit">) =>
    events.list({ limit: 9, ...query }).items.map(({ id }) => id);

  expect(idsOf({ isDescribed: true })).toEqual([alarming, calm]);
  expect(idsOf({ isDescribed: false })).toEqual([plain]);
  expect(idsOf({ minConcern: 0 })).toEqual([alarming, calm]);
  expect(idsOf({ minConcern: 2, cameraIds: ["dock-door"] })).toEqual([alarming]);
  expect(idsOf({ minConcern: 2, words: "gate" })).toEqual([alarming]);
  expect(idsOf({ isDescribed: false, words: "gate" })).toEqual([plain]);
});

test.for(["", "nonsense", "MTIz", Buffer.from("1/../../etc").toString("base64url")])(
  "the cursor %j is refused",
  (cursor) => {
    expect(() => events.list({ limit: 5, cursor })).toThrow(
      expect.objectContaining({ kind: "invalid" }),
    );
  },
);

test("the ledger of a camera adds up, whatever became of its events", async () => {
  await using mixed = await openTestDesk({
    analyze: async ({ eventId, priority }) => {
      if (priority === 3) return { type: "skipped", reason: "It has no picture." };
      if (priority === 2) return { type: "bad-answer", reason: "No JSON.", rawAnswer: null };
      const description = createDescription(eventId);
      return priority === 4 ? { type: "reused", description } : { type: "done", description };
    },
  });
  for (const priority of [5, 4, 3, 2, 5]) mixed.addEvent({ priority });
  mixed.start();
  await mixed.untilSettled(5);

  const [line] = mixed.events.ledger();
  expect(line).toEqual({
    cameraId: "dock-door",
    captured: 5,
    described: 2,
    reused: 1,
    skipped: 1,
    failed: 0,
    waiting: 1,
    disabled: 0,
  });
});

test("asking again makes one job of a finished, failed or never wanted one", async () => {
  const done = createMotionEvent();
  events.insert(done, { availableAt: 0, priority: 1 });
  desk.start();
  await desk.untilSettled(1);
  const unwanted = createMotionEvent({ analysisStatus: "disabled" });
  events.insert(unwanted, null);
  await desk.stop();

  for (const { id } of [done, unwanted, unwanted]) {
    expect(events.requestAnalysis(id, Date.now())).toBe(true);
    expect(events.find(id)).toMatchObject({ analysisStatus: "pending" });
  }
  // What was said before stays to be read until there is something newer.
  expect(events.find(done.id)?.ai?.title).toBe("A person at the door");
  expect(desk.rows.counts().waiting).toBe(2);
  expect(events.requestAnalysis(createId(), 0)).toBe(false);
});

test("a camera keeps its first sighting and takes the newest name", () => {
  const cameras = createCameraStore(desk.db);
  events.insert(createMotionEvent({ cameraId: "yard", startedAt: 1000 }), null);
  cameras.upsert({ id: "yard", name: "The yard", firstSeenAt: 2000 });
  expect(cameras.find("yard")).toEqual({ id: "yard", name: "The yard", firstSeenAt: 1000 });
  expect(cameras.list()).toHaveLength(1);
  expect(cameras.find("attic")).toBeNull();
});

import { afterEach, beforeEach, expect, test } from "vitest";

import { createDigestClerk, toDaySentence, toDaySpan } from "../../src/sync/digest.ts";
import { createDowntimeWatch } from "../../src/sync/downtime.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createScriptedCentre } from "../support/scripted-centre.ts";
import { createHurriedClock, drain, openSyncBox, type SyncBox } from "../support/sync-box.ts";

let box: SyncBox;
beforeEach(async () => {
  box = await openSyncBox();
});
afterEach(() => box[Symbol.asyncDispose]());

const NOON = new Date(2026, 5, 15, 12).getTime();
const HOUR_MS = 3_600_000;

function createClerk(now = NOON) {
  return createDigestClerk({
    digests: box.digests,
    cameraIds: () => ["dock-door", "yard"],
    now: () => now,
  });
}

const dayOf = (at: number): string => toDaySpan(at).day;

test("a camera's day is counted from its events, with a sentence", async () => {
  const strong = box.add({ startedAt: NOON - 3 * HOUR_MS, significanceScore: 0.9 });
  box.add({ startedAt: NOON - 2 * HOUR_MS, significanceScore: 0.5 });
  const last = box.add({ startedAt: NOON - HOUR_MS, significanceScore: 0.1 });
  box.add({ startedAt: NOON - 24 * HOUR_MS });
  box.describe(strong.id);
  await createClerk().count();

  expect(box.digests.find("dock-door", "2026-06-15")).toMatchObject({
    ...{ events: 3, eventsUrgent: 1, eventsOrdinary: 1, eventsLow: 1, described: 1 },
    ...{ eventsByConcern: [1, 0, 0, 0], topObjects: ["box", "person"] },
    ...{ firstEventAt: strong.startedAt, lastEventAt: last.startedAt, downtimeS: 0 },
    sentence: "3 events; 1 of them strong; mostly box, person.",
  });
  expect(box.digests.find("yard", "2026-06-15")).toMatchObject({
    events: 0,
    sentence: "Nothing moved.",
  });
  expect(box.digests.find("dock-door", "2026-06-14")).toMatchObject({ events: 1 });
  expect(box.digests.find("yard", "2026-06-14")).toBeNull();
});

test("a day is told again when it changes, and only then", async () => {
  const event = box.add({ startedAt: NOON });
  const clerk = createClerk();
  await clerk.count();
  const first = box.digests.unsent(10);
  expect(first).toHaveLength(2);
  box.digests.markSent(first);
  await clerk.count();
  await createClerk().count();
  expect(box.digests.unsent(10)).toEqual([]);

  box.describe(event.id);
  await clerk.count();
  const [changed] = box.digests.unsent(10);
  expect(changed).toMatchObject({ cameraId: "dock-door", described: 1 });
  expect(changed?.revision).toBeGreaterThan(first[0]?.revision ?? 0);
});

test("what was deleted did happen: the figures do not fall", async () => {
  const [event] = [box.add({ startedAt: NOON }), box.add({ startedAt: NOON + 1 })];
  const clerk = createClerk();
  await clerk.count();
  box.events.remove(event.id);
  await clerk.count();
  expect(box.digests.find("dock-door", dayOf(NOON))).toMatchObject({ events: 2 });
});

test("days older than a year and a bit are forgotten", async () => {
  box.add({ startedAt: NOON });
  await createClerk().count();
  await createClerk(NOON + 401 * 24 * HOUR_MS).count();
  expect(box.digests.find("dock-door", dayOf(NOON))).toBeNull();
});

test("the day that the clocks change on is as long as it is", () => {
  const days = Array.from({ length: 366 }, (_, back) => toDaySpan(NOON, -back));
  for (const [index, span] of days.entries()) {
    expect(span.from).toBe(days[index + 1]?.to ?? span.from);
    expect(dayOf(span.from)).toBe(span.day);
    expect(dayOf(span.to - 1)).toBe(span.day);
  }
});

test("time without a picture counts for the day, minute by minute", async () => {
  const clock = createManualClock();
  let down: string[] = ["yard"];
  const watch = createDowntimeWatch({
    clock,
    camerasDown: () => down,
    addDowntime: box.digests.addDowntime,
    onFailed(error) {
      throw error;
    },
  });
  const stop = new AbortController();
  const running = watch.run(stop.signal);
  await clock.advance(10 * 60_000);
  down = [];
  await clock.advance(10 * 60_000);
  stop.abort();
  await running;
  const { day } = toDaySpan(clock.now());
  expect(box.digests.downtimeMs("yard", day)).toBe(600_000);
  expect(box.digests.downtimeMs("dock-door", day)).toBe(0);

  await createClerk(clock.now()).count();
  expect(box.digests.find("yard", day)?.sentence).toBe("Nothing moved; no picture for 10 min.");
});

test("a sentence names what stands out", () => {
  const figures = {
    ...{ events: 1, eventsUrgent: 0, eventsOrdinary: 1, eventsLow: 0, described: 1, reused: 0 },
    ...{ skipped: 0, failed: 0, firstEventAt: 1, lastEventAt: 1, downtimeS: 30 },
    eventsByConcern: [0, 0, 1, 0] as const,
    topObjects: ["fox"],
  };
  expect(toDaySentence(figures)).toBe("1 event; 1 unusual or alarming; mostly fox.");
});

test("days go up after the events; one that is refused does not hold up the others", async () => {
  const centre = createScriptedCentre();
  box.add({ startedAt: NOON });
  await createClerk().count();
  centre.refuseSummary = ({ cameraId }) => cameraId === "yard";
  const courier = box.createCourier(centre.open, createHurriedClock(100));
  await drain(box, courier, () => box.digests.unsent(1).length === 0);
  expect([...centre.summaries.keys()]).toEqual(["2026-06-15 dock-door"]);
  expect(centre.events.size).toBe(1);

  centre.refuseSummary = () => false;
  const day = box.digests.find("yard", "2026-06-15");
  if (day) box.digests.keep({ ...day, downtimeS: 60 }, NOON);
  await drain(box, courier, () => box.digests.unsent(1).length === 0);
  expect(centre.summaries.size).toBe(2);
});

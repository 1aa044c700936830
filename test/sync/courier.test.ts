import { afterEach, beforeEach, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { createSyncError } from "../../src/sync/central-faults.ts";
import { createCourier } from "../../src/sync/courier.ts";
import { createCentralEvent, createHeartbeat } from "../support/central-samples.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createScriptedCentre, type ScriptedCentre } from "../support/scripted-centre.ts";
import {
  createHurriedClock,
  drain,
  openSyncBox,
  runUntil,
  type SyncBox,
} from "../support/sync-box.ts";

let box: SyncBox;
let centre: ScriptedCentre;
beforeEach(async () => {
  box = await openSyncBox();
  centre = createScriptedCentre();
});
afterEach(() => box[Symbol.asyncDispose]());

const hurried = createHurriedClock(100);

function expectSame(): void {
  const living = [...centre.events.values()].filter(({ deletedAt }) => deletedAt === null);
  expect(new Map(living.map((it) => [it.eventId, it.revision]))).toEqual(box.revisions());
}

test("what waits goes up oldest first, as it is now, and what is deleted goes without its facts", async () => {
  const [first, second] = [box.add({ motionSummary: "It moved." }), box.add()];
  box.describe(first.id, "A heron.");
  await drain(box, box.createCourier(centre.open, hurried));
  expect(centre.batches[0]?.map(({ eventId }) => eventId)).toEqual([first.id, second.id]);
  expect(centre.events.get(first.id)).toMatchObject({
    revision: 2,
    deletedAt: null,
    facts: { motionSummary: "It moved.", ai: { description: "A heron." }, isCut: false },
  });
  expect(centre.heartbeats).toHaveLength(1);

  box.events.remove(second.id);
  await drain(box, box.createCourier(centre.open, hurried));
  expect(centre.events.get(second.id)).toMatchObject({ facts: null, cameraId: "dock-door" });
  expect(centre.events.get(second.id)?.deletedAt).not.toBeNull();
});

test("news of a change wakes it; what follows at once goes up with it", async () => {
  const clock = createManualClock();
  const courier = box.createCourier(centre.open, clock);
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  await clock.advance(0);
  expect(courier.state().code).toBe("synced");

  const event = box.add();
  courier.wake();
  await clock.advance(100);
  box.describe(event.id);
  courier.wake();
  expect(centre.batches).toHaveLength(0);
  await clock.advance(1_000);
  expect(centre.batches.map((rows) => rows.map(({ revision }) => revision))).toEqual([[2]]);

  await clock.advance(60_000);
  expect(centre.heartbeats).toHaveLength(2);
  stop.abort();
  await running;
});

test("while the centre is away it is tried ever more rarely, at least every five minutes", async () => {
  const clock = createManualClock();
  centre.trouble = "sync_unreachable";
  const courier = box.createCourier(centre.open, clock);
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  await clock.advance(60 * 60_000);
  expect(centre.opened).toBeGreaterThan(12);
  expect(centre.opened).toBeLessThan(60);
  expect(courier.state()).toMatchObject({
    code: "sync_unreachable",
    lastTrouble: { code: "sync_unreachable" },
  });

  // News does not cut a wait short.
  const before = centre.opened;
  box.add();
  courier.wake();
  await clock.advance(10);
  expect(centre.opened).toBe(before);

  centre.trouble = null;
  await clock.advance(5 * 60_000);
  expect(courier.state()).toMatchObject({ code: "synced", nextTryAt: null });
  expect(courier.state().lastTrouble?.code).toBe("sync_unreachable");
  expectSame();
  stop.abort();
  await running;
});

test.each([
  "sync_auth",
  "sync_denied",
  "sync_tls",
  "sync_schema_missing",
  "sync_schema_older",
  "sync_schema_newer",
  "site_conflict",
] as const)("%s is tried every five minutes, and at once when a person asks", async (trouble) => {
  const clock = createManualClock();
  centre.trouble = trouble;
  const courier = box.createCourier(centre.open, clock);
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  await clock.advance(299_000);
  expect(centre.opened).toBe(1);
  expect(courier.state()).toMatchObject({ code: trouble, nextTryAt: clock.now() + 1_000 });
  courier.runNow();
  await clock.advance(0);
  expect(centre.opened).toBe(2);
  await clock.advance(300_000);
  expect(centre.opened).toBe(3);
  stop.abort();
  await running;
});

test("a row that the centre refuses is kept back with its reason, the others arrive", async () => {
  const events = Array.from({ length: 300 }, () => box.add());
  const bad = new Set([events[7]?.id, events[133]?.id]);
  centre.refuse = (rows) =>
    rows.some(({ eventId }) => bad.has(eventId)) ? "sync_row_refused" : null;
  const courier = box.createCourier(centre.open, hurried);
  await drain(box, courier);

  expect(box.marks.counts()).toMatchObject({ waiting: 0, refused: 2 });
  expect(centre.events.size).toBe(298);
  const { items } = box.marks.listRefused({ limit: 10 });
  expect(new Set(items.map(({ eventId }) => eventId))).toEqual(bad);
  expect(items[0]?.reason).toBe("The central database refuses a row.");

  centre.refuse = () => null;
  expect(box.marks.retryRefused()).toBe(2);
  await drain(box, courier);
  expectSame();
});

test("a message that is too large is sent in parts; a row that is too large alone is cut and says so", async () => {
  const [long, short] = [box.add(), box.add()];
  box.describe(long.id, "x".repeat(5_000));
  const weigh = (rows: readonly object[]): number => JSON.stringify(rows).length;
  centre.refuse = (rows) => (weigh(rows) > 2_000 ? "sync_packet_too_large" : null);
  const courier = box.createCourier(centre.open, hurried);
  await drain(box, courier);

  expect(centre.events.get(short.id)?.facts).toMatchObject({ isCut: false });
  const facts = centre.events.get(long.id)?.facts;
  expect(facts).toMatchObject({ isCut: true });
  expect(facts?.ai?.description).toMatch(/^x{199}…$/);
  expectSame();

  centre.refuse = () => "sync_packet_too_large";
  box.describe(long.id, "y".repeat(5_000));
  await drain(box, courier);
  expect(box.marks.counts()).toMatchObject({ waiting: 0, refused: 1 });
});

test("at another epoch everything is sent again, and what the centre has too much of is deleted there", async () => {
  const events = Array.from({ length: 5 }, () => box.add());
  await drain(box, box.createCourier(centre.open, hurried));
  const backup = new Map(centre.events);
  box.describe(events[0]?.id ?? "");
  box.events.remove(events[1]?.id ?? "");
  await drain(box, box.createCourier(centre.open, hurried));

  centre.events.clear();
  for (const [id, row] of backup) if (id !== events[2]?.id) centre.events.set(id, row);
  centre.epoch = "second";
  await drain(box, box.createCourier(centre.open, hurried));
  expectSame();
  expect(box.site.epoch()).toBe("second");
});

test("once a day box and centre are compared, and what differs is sent again", async () => {
  const clock = createManualClock();
  const [lost, behind] = [box.add(), box.add()];
  const courier = box.createCourier(centre.open, clock);
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  await clock.advance(1_000);
  expectSame();

  const stranger = createCentralEvent({ startedAt: lost.startedAt, revision: 3 });
  centre.events.set(stranger.eventId, stranger);
  centre.events.delete(lost.id);
  const old = centre.events.get(behind.id);
  if (old) centre.events.set(behind.id, { ...old, revision: 8 });
  await clock.advance(24 * 60 * 60_000);
  expectSame();
  expect(box.revisions().get(behind.id)).toBe(9);
  stop.abort();
  await running;
});

test("a stop does not wait for an answer that never comes", async () => {
  const clock = createManualClock();
  box.add();
  centre.answer = () => new Promise(() => {});
  const courier = box.createCourier(centre.open, clock);
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  await clock.advance(1_000);
  stop.abort();
  await clock.advance(3_000);
  await running;
  expect(box.marks.counts().waiting).toBe(1);
});

test("an answer that gets lost costs a second sending, which changes nothing", async () => {
  const event = box.add();
  let lost = 0;
  centre.answer = () => {
    if (lost++ < 3) throw createSyncError("sync_unreachable");
  };
  await drain(box, box.createCourier(centre.open, hurried));
  expect(centre.batches).toHaveLength(4);
  expect(centre.events.get(event.id)?.revision).toBe(1);
  expectSame();
});

test("a disk that takes no marks away is endured, not died of", async () => {
  box.add();
  let isFull = true;
  const marks = {
    ...box.marks,
    clear(...given: Parameters<SyncBox["marks"]["clear"]>) {
      if (isFull) throw new Error("the disk is full");
      box.marks.clear(...given);
    },
  };
  const courier = createCourier({
    ...box,
    ...{
      marks,
      thumbnails: null,
      open: centre.open,
      clock: hurried,
      log: createLog({ level: "silent" }),
    },
    readHeartbeat: () => createHeartbeat(),
  });
  await runUntil(courier, () => {
    if (courier.state().code === "sync_failed") isFull = false;
    return box.marks.counts().waiting === 0;
  });
  expectSame();
});

/** Enough for several turns of several batches each. */
const BACKLOG = 2_500;

test("of a backlog the next rows are read while those before are on their way", async () => {
  box.db.transaction(() => {
    for (let at = 0; at < BACKLOG; at += 1) box.add();
  });
  let onTheirWay = 0;
  let readMeanwhile = 0;
  const { oldest } = box.marks;
  box.marks.oldest = (limit, behind) => {
    if (onTheirWay > 0) readMeanwhile += 1;
    return oldest(limit, behind);
  };
  centre.answer = async () => {
    onTheirWay += 1;
    await systemClock.sleep(20, { signal: new AbortController().signal });
    onTheirWay -= 1;
  };
  await drain(box, box.createCourier(centre.open));
  expect(readMeanwhile).toBeGreaterThan(0);
  const sent = centre.batches.flat().map(({ eventId }) => eventId);
  expect(sent).toHaveLength(BACKLOG);
  expect(new Set(sent).size).toBe(BACKLOG);
  expectSame();
});

test("what was read ahead of an answer that never came is read anew, as it is then", async () => {
  const events = box.db.transaction(() => Array.from({ length: BACKLOG }, () => box.add()));
  let answers = 0;
  centre.answer = () => {
    answers += 1;
    if (answers !== 3) return;
    box.db.transaction(() => {
      for (const { id } of events.slice(1_000, 2_000)) box.describe(id);
    });
    throw createSyncError("sync_unreachable");
  };
  await drain(box, box.createCourier(centre.open));
  expect(centre.opened).toBe(2);
  expectSame();
});

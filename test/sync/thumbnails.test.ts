import { afterEach, beforeEach, expect, test } from "vitest";

import type { MotionEvent } from "../../src/events/event.ts";
import { createScriptedCentre, type ScriptedCentre } from "../support/scripted-centre.ts";
import { createHurriedClock, drain, openSyncBox, type SyncBox } from "../support/sync-box.ts";

let box: SyncBox;
let centre: ScriptedCentre;
beforeEach(async () => {
  box = await openSyncBox();
  centre = createScriptedCentre();
});
afterEach(() => box[Symbol.asyncDispose]());

const hurried = createHurriedClock(100);
const gone = new Set<string>();

let pictures = 0;
const add = (given: Partial<MotionEvent> = {}) => {
  const snapshot = `picture-${pictures++}.jpg`;
  return { ...box.add({ endedAt: 2_000_000_000_000, snapshot, ...given }), snapshot };
};
const send = (isDone = () => box.thumbnailMarks.due(1).length === 0) =>
  drain(
    box,
    box.createCourier(centre.open, hurried, {
      marks: box.thumbnailMarks,
      shrink: async (snapshot) => (gone.has(snapshot) ? null : Buffer.from(snapshot)),
    }),
    () => box.marks.counts().waiting === 0 && isDone(),
  );

test("pictures go up when all words are sent, each once", async () => {
  const events = Array.from({ length: 25 }, () => add());
  centre.refuseThumbnails = () => (centre.events.size < 25 ? "sync_row_refused" : null);
  await send();
  expect(centre.thumbnails.size).toBe(25);
  const [first] = events;
  expect(centre.thumbnails.get(first?.id ?? "")).toMatchObject({
    cameraId: first?.cameraId,
    jpeg: Buffer.from(first?.snapshot ?? ""),
  });
  centre.thumbnails.clear();
  box.describe(first?.id ?? "");
  await send();
  expect(centre.thumbnails.size).toBe(0);
});

test("an event that still lasts has its last picture to come", async () => {
  const event = add({ endedAt: null });
  await send();
  expect(centre.thumbnails.size).toBe(0);
  box.events.update({ ...event, endedAt: event.startedAt + 1000 });
  await send();
  expect(centre.thumbnails.size).toBe(1);
});

test("with an event its picture goes from the centre", async () => {
  const { id } = add();
  await send();
  box.events.remove(id);
  await send();
  expect([...centre.thumbnails.keys()]).toEqual([]);
});

test("a picture that is gone, or that the centre refuses, holds up none", async () => {
  const [lost, refused, fine] = [add(), add(), add()];
  gone.add(lost.snapshot);
  centre.refuseThumbnails = (rows) =>
    rows.some(({ eventId }) => eventId === refused.id) ? "sync_row_refused" : null;
  await send();
  expect([...centre.thumbnails.keys()]).toEqual([fine.id]);
});

test("a centre without a place for pictures gets the words all the same", async () => {
  centre.takesThumbnails = false;
  add();
  await send(() => true);
  expect(centre.events.size).toBe(1);
  expect(box.thumbnailMarks.unsent()).toBe(1);
  centre.takesThumbnails = true;
  await send();
  expect(box.thumbnailMarks.unsent()).toBe(0);
});

test("an account that may not write pictures does not keep the words waiting", async () => {
  centre.refuseThumbnails = () => "sync_denied";
  add();
  await send(() => true);
  expect(centre.events.size).toBe(1);
  expect(box.thumbnailMarks.unsent()).toBe(1);
});

test("another centre is sent the pictures too", async () => {
  add();
  await send();
  centre.thumbnails.clear();
  centre.epoch = "second";
  await send();
  expect(centre.thumbnails.size).toBe(1);
});

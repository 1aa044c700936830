import { eq } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";

import { createEarlierPictureStore } from "../../src/store/earlier-pictures.ts";
import { motionEvents } from "../../src/store/schema.ts";
import { openTestDesk, type TestDesk } from "../support/analysis-desk.ts";
import { createMotionEvent } from "../support/sample-events.ts";

let desk: TestDesk;
beforeEach(async () => {
  desk = await openTestDesk({});
});
afterEach(() => desk[Symbol.asyncDispose]());

const one = { snapshot: "one.jpg", capturedAt: 1000, boxes: [[0.1, 0.2, 0.3, 0.4] as const] };
const other = { snapshot: "other.jpg", capturedAt: 3000, boxes: [] };

test("an event's earlier pictures come back oldest first, and others take their place", () => {
  const event = createMotionEvent();
  desk.events.insert(event, null);
  const pictures = createEarlierPictureStore(desk.db);
  pictures.replace(event.id, [other, one]);
  expect(pictures.of(event.id)).toEqual([one, other]);

  pictures.replace(event.id, [other]);
  expect(pictures.of(event.id)).toEqual([other]);
  expect([pictures.has("one.jpg"), pictures.has("other.jpg")]).toEqual([false, true]);
});

test("they go with their event, and come to none that is gone", () => {
  const event = createMotionEvent();
  desk.events.insert(event, null);
  const pictures = createEarlierPictureStore(desk.db);
  pictures.replace(event.id, [one]);
  desk.db.orm.delete(motionEvents).where(eq(motionEvents.id, event.id)).run();
  expect(pictures.of(event.id)).toEqual([]);

  pictures.replace(event.id, [one]);
  expect(pictures.has("one.jpg")).toBe(false);
});

import { afterEach, beforeEach, expect, test } from "vitest";

import { createDayWriter, type DayToWrite } from "../../src/sync/day-writer.ts";
import { createDigestClerk } from "../../src/sync/digest.ts";
import { createScriptedCentre } from "../support/scripted-centre.ts";
import { createHurriedClock, drain, openSyncBox, type SyncBox } from "../support/sync-box.ts";

let box: SyncBox;
let asked: DayToWrite[];
beforeEach(async () => {
  box = await openSyncBox();
  asked = [];
});
afterEach(() => box[Symbol.asyncDispose]());

const NOON = new Date(2026, 5, 15, 12).getTime();
const DAY_MS = 24 * 3_600_000;
const yesterday = "2026-06-14";

const count = () =>
  createDigestClerk({ digests: box.digests, cameraIds: () => [], now: () => NOON }).count();

const write = (says: (day: DayToWrite) => string | null, isIdle = () => true) =>
  createDayWriter({
    digests: box.digests,
    isIdle,
    async ask(day) {
      asked.push(day);
      return says(day);
    },
    now: () => NOON,
  }).write();

const sentenceOf = (day: string) => box.digests.find("dock-door", day)?.sentence;

test("the days that are over are written, the newest first; today is not yet", async () => {
  for (const back of [0, 1, 2]) box.add({ startedAt: NOON - back * DAY_MS });
  await count();
  await write(({ day }) => `On ${day} somebody came.`);
  expect(asked.map(({ day }) => day)).toEqual([yesterday, "2026-06-13"]);
  expect(sentenceOf(yesterday)).toBe("On 2026-06-14 somebody came.");
  expect(sentenceOf("2026-06-15")).toBe("1 event.");
});

test("the model is told the figures and what it said itself, what matters most first", async () => {
  box.add({ startedAt: NOON - DAY_MS, significanceScore: 0.9 });
  const described = box.add({ startedAt: NOON - DAY_MS + 1, significanceScore: 0.1 });
  box.describe(described.id);
  await count();
  await write(() => "Somebody came.");
  expect(asked).toMatchObject([
    {
      counted: "2 events; 1 of them strong; mostly box, person.",
      titles: [expect.stringMatching(/./)],
    },
  ]);
});

test("nothing is asked while the model has better to do", async () => {
  for (const back of [1, 2, 3]) box.add({ startedAt: NOON - back * DAY_MS });
  await count();
  await write(
    () => "Somebody came.",
    () => asked.length < 1,
  );
  expect(asked).toHaveLength(1);
});

test("words that cannot be used are not asked for again, and the counted sentence stands", async () => {
  box.add({ startedAt: NOON - DAY_MS });
  await count();
  await write(() => null);
  await write(() => "Too late.");
  expect(asked).toHaveLength(1);
  expect(sentenceOf(yesterday)).toBe("1 event.");
});

test("a day whose figures change is counted anew, and written anew", async () => {
  const event = box.add({ startedAt: NOON - DAY_MS });
  await count();
  await write(() => "Somebody came.");
  await count();
  expect(sentenceOf(yesterday)).toBe("Somebody came.");
  box.describe(event.id);
  await count();
  expect(sentenceOf(yesterday)).toMatch(/^1 event/);
  await write(() => "A person came.");
  expect(sentenceOf(yesterday)).toBe("A person came.");
});

test("a day that changes while the model writes keeps its new figures", async () => {
  const event = box.add({ startedAt: NOON - DAY_MS });
  await count();
  const writer = createDayWriter({
    digests: box.digests,
    isIdle: () => asked.length < 1,
    async ask(day) {
      asked.push(day);
      box.describe(event.id);
      await count();
      return "Of what was before.";
    },
    now: () => NOON,
  });
  await writer.write();
  expect(sentenceOf(yesterday)).toMatch(/^1 event.*mostly/);
});

test("the sentence goes up to the centre", async () => {
  const centre = createScriptedCentre();
  box.add({ startedAt: NOON - DAY_MS });
  await count();
  const courier = box.createCourier(centre.open, createHurriedClock(100));
  await drain(box, courier, () => box.digests.unsent(1).length === 0);
  await write(() => "Somebody came.");
  await drain(box, courier, () => box.digests.unsent(1).length === 0);
  expect(centre.summaries.get(`${yesterday} dock-door`)).toMatchObject({
    sentence: "Somebody came.",
  });
});

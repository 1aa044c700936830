import { afterEach, beforeEach, expect, test } from "vitest";

import { createTamperingStore, type TamperingStore } from "../../src/store/tamperings.ts";
import { openTestDesk, type TestDesk } from "../support/analysis-desk.ts";
import { createTampering } from "../support/sample-tamperings.ts";

let desk: TestDesk;
let tamperings: TamperingStore;

beforeEach(async () => {
  desk = await openTestDesk({});
  tamperings = createTamperingStore(desk.db);
});
afterEach(() => desk[Symbol.asyncDispose]());

const list = (limit = 10) => tamperings.list({ cameraId: "dock-door", limit }).items;

test("tampering comes back as it was stored, and is found open until it is ended", () => {
  const tampering = createTampering();
  tamperings.save(tampering);
  expect(tamperings.findOpen()).toEqual([tampering]);
  expect(list()).toEqual([tampering]);

  const ended = { ...tampering, endedAt: tampering.startedAt + 1000 };
  tamperings.save(ended);
  expect(tamperings.findOpen()).toEqual([]);
  expect(list()).toEqual([ended]);
});

test("an end before its start, from a clock that stepped back, is stored as no time at all", () => {
  const tampering = createTampering();
  tamperings.save({ ...tampering, endedAt: tampering.startedAt - 60_000 });
  expect(list()).toMatchObject([{ endedAt: tampering.startedAt }]);
});

test("pages go back in time without gap or repeat, each camera for itself", () => {
  // Two a millisecond: the id decides between them.
  const ids = Array.from({ length: 9 }, (_, place) => {
    const tampering = createTampering({ startedAt: 1000 + Math.floor(place / 2) });
    tamperings.save(tampering);
    tamperings.save(createTampering({ cameraId: "yard", startedAt: 1000 }));
    return tampering.id;
  });
  const found: string[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = tamperings.list({ cameraId: "dock-door", cursor, limit: 4 });
    found.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(found).toEqual(ids.toReversed());
  expect(() => tamperings.list({ cameraId: "yard", cursor: "nonsense", limit: 4 })).toThrow(
    /cursor/,
  );
});

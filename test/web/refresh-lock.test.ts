import { expect, test } from "vitest";

import { createRefreshLock, type LeaseStorage } from "../../src/web/refresh-lock.ts";
import { createManualClock } from "../support/manual-clock.ts";

function createStorage(): LeaseStorage {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

test("without Web Locks, two tabs that race refresh one after the other", async () => {
  const clock = createManualClock();
  const storage = createStorage();
  const diary: string[] = [];
  const tab = (name: string) =>
    createRefreshLock({ locks: undefined, storage, clock })(async () => {
      diary.push(`${name} begins`);
      await clock.sleep(300, { signal: new AbortController().signal });
      diary.push(`${name} ends`);
    });

  const both = Promise.all([tab("one"), tab("two")]);
  await clock.advance(5000);
  await both;

  const [first, second] = diary[0] === "one begins" ? ["one", "two"] : ["two", "one"];
  expect(diary).toEqual([`${first} begins`, `${first} ends`, `${second} begins`, `${second} ends`]);
});

test("a lease left behind by a closed tab ends by itself", async () => {
  const clock = createManualClock();
  const storage = createStorage();
  storage.setItem("nightjar.refresh", `closed-tab ${clock.now() + 8000}`);
  const work = createRefreshLock({ locks: undefined, storage, clock })(async () => "renewed");
  await clock.advance(9000);
  expect(await work).toBe("renewed");
});

test("a failed refresh leaves no lease behind", async () => {
  const clock = createManualClock();
  const storage = createStorage();
  const lock = createRefreshLock({ locks: undefined, storage, clock });
  const failed = expect(lock(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await clock.advance(1000);
  await failed;
  expect(storage.getItem("nightjar.refresh")).toBeNull();
});

test("a lease from before the clock was set back blocks nobody", async () => {
  const clock = createManualClock();
  const storage = createStorage();
  storage.setItem("nightjar.refresh", `closed-tab ${clock.now() + 86_400_000}`);
  const work = createRefreshLock({ locks: undefined, storage, clock })(async () => "renewed");
  await clock.advance(200);
  expect(await work).toBe("renewed");
});

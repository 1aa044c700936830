import { expect, test } from "vitest";

import { createNewest } from "../../src/base/bounded.ts";

test("a slow reader sees the newest values, and what it missed is counted", async () => {
  const newest = createNewest<number>(2);
  newest.offer(1);
  newest.offer(2);
  newest.offer(3);
  newest.end();
  const seen: number[] = [];
  for await (const value of newest) seen.push(value);
  expect(seen).toEqual([2, 3]);
  expect(newest.replaced).toBe(1);
});

test("a waiting reader is woken by the next value and by the end", async () => {
  const newest = createNewest<string>(1);
  const reading = (async () => {
    const seen: string[] = [];
    for await (const value of newest) seen.push(value);
    return seen;
  })();
  newest.offer("a");
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  newest.offer("b");
  newest.end();
  newest.offer("too late");
  expect(await reading).toEqual(["a", "b"]);
});

test("values that come at once are not lost to a reader that waits for the first", async () => {
  const newest = createNewest<number>(1);
  const values = newest[Symbol.asyncIterator]();
  const first = values.next();
  newest.offer(1);
  newest.offer(2);
  expect([await first, await values.next()].map(({ value }) => value)).toEqual([1, 2]);
  expect(newest.replaced).toBe(0);
});

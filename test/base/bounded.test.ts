import { expect, test } from "vitest";

import { createLatest } from "../../src/base/bounded.ts";

test("a slow reader sees the newest value, and what it missed is counted", async () => {
  const latest = createLatest<number>();
  latest.offer(1);
  latest.offer(2);
  latest.offer(3);
  latest.end();
  const seen: number[] = [];
  for await (const value of latest) seen.push(value);
  expect(seen).toEqual([3]);
  expect(latest.replaced).toBe(2);
});

test("a waiting reader is woken by the next value and by the end", async () => {
  const latest = createLatest<string>();
  const reading = (async () => {
    const seen: string[] = [];
    for await (const value of latest) seen.push(value);
    return seen;
  })();
  latest.offer("a");
  await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  latest.offer("b");
  latest.end();
  latest.offer("too late");
  expect(await reading).toEqual(["a", "b"]);
});

test("values that come at once are not lost to a reader that waits for the first", async () => {
  const latest = createLatest<number>();
  const values = latest[Symbol.asyncIterator]();
  const first = values.next();
  latest.offer(1);
  latest.offer(2);
  expect([await first, await values.next()].map(({ value }) => value)).toEqual([1, 2]);
  expect(latest.replaced).toBe(0);
});

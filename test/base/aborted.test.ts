import { expect, test } from "vitest";

import { watchAborted } from "../../src/base/aborted.ts";

test("a signal made of others is told as aborted at once when one of them aborts", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  const isAborted = watchAborted(AbortSignal.any([one.signal, other.signal]));
  expect(isAborted()).toBe(false);
  other.abort();
  expect(isAborted()).toBe(true);
});

test("a signal that aborted before is told as aborted", () => {
  expect(watchAborted(AbortSignal.abort())()).toBe(true);
});

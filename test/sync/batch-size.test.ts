import { expect, test } from "vitest";

import { createBatchSize } from "../../src/sync/batch-size.ts";

test("a batch grows while a full one is taken quickly, and no further than three hundred rows", () => {
  const size = createBatchSize();
  const first = size.rows;
  size.taken(10, 1);
  expect(size.rows).toBe(first);
  for (let turn = 0; turn < 10; turn += 1) size.taken(size.rows, 100);
  expect(size.rows).toBe(300);
});

test("a batch shrinks while it takes long or no answer comes, and no further than fifty rows", () => {
  const size = createBatchSize();
  size.taken(size.rows, 5_000);
  expect(size.rows).toBe(100);
  for (let turn = 0; turn < 10; turn += 1) size.late();
  expect(size.rows).toBe(50);
});

test.each([0, 1, 37, 63, 64, 199])("row %i of two hundred is found by halves", (bad) => {
  const size = createBatchSize();
  let waiting = Array.from({ length: 200 }, (_, index) => index);
  let found: number | null = null;
  let statements = 0;
  while (found === null) {
    const batch = waiting.slice(0, size.rows);
    statements += 1;
    if (!batch.includes(bad)) {
      size.taken(batch.length, 1);
      waiting = waiting.slice(batch.length);
    } else if (size.refused(batch.length)) found = batch[0] ?? null;
  }
  expect(found).toBe(bad);
  expect(statements).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(200)) + 1);
  expect(size.rows).toBe(200);
});

test("several are on their way together only while each is taken quickly and none is suspected", () => {
  const size = createBatchSize();
  expect(size.atOnce).toBe(1);
  size.taken(200, 100);
  expect(size.atOnce).toBe(4);
  size.refused(200);
  expect(size.atOnce).toBe(1);
  size.taken(200, 100);
  size.taken(200, 1_000);
  expect(size.atOnce).toBe(1);
});

test("a message that is too large makes the later ones smaller; a row alone must shrink itself", () => {
  const size = createBatchSize();
  expect(size.tooLarge(40, 100_000)).toBe(false);
  expect(size.bytes).toBe(50_000);
  expect(size.tooLarge(1, 60_000)).toBe(true);
  expect(size.bytes).toBe(50_000);
});

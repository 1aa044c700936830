import { expect, test } from "vitest";

import { createPace } from "../../src/camera/decoder.ts";

const WANTED = 5;

function give(timesMs: readonly number[]): number[] {
  return timesMs.filter(createPace(WANTED));
}

/** So many seconds of a stream, each picture as far off its moment as told. */
function makeTimes(options: { rate: number; seconds: number; late?: (i: number) => number }) {
  const { rate, seconds, late = () => 0 } = options;
  return Array.from({ length: rate * seconds }, (_, i) => (i * 1_000) / rate + late(i));
}

test("a stream of the wanted rate, or slower, is given whole, also when it trembles", () => {
  const steady = makeTimes({ rate: 5, seconds: 10 });
  const slow = makeTimes({ rate: 2, seconds: 10 });
  const trembling = makeTimes({ rate: 5, seconds: 10, late: (i) => (i % 3) * 20 });

  expect(give(steady)).toEqual(steady);
  expect(give(slow)).toEqual(slow);
  expect(give(trembling)).toEqual(trembling);
});

test("C8: a faster stream is thinned to the wanted rate, from its first picture on", () => {
  const times = makeTimes({ rate: 25, seconds: 10 });

  const given = give(times);

  expect(given.slice(0, 3)).toEqual([0, 160, 360]);
  expect(given.length).toBeGreaterThanOrEqual(50);
  expect(given.length).toBeLessThanOrEqual(51);
});

test.each([2, 3, 4])("pictures that come %d at once are given, all but the first few", (size) => {
  const clustered = makeTimes({ rate: 5, seconds: 20, late: (i) => (size - 1 - (i % size)) * 200 });

  const given = give(clustered);

  expect(given.length).toBeGreaterThan(clustered.length - size);
});

test("what a gap took away is made up for by three pictures at most", () => {
  const before = makeTimes({ rate: 25, seconds: 5 });
  const after = before.map((timeMs) => timeMs + 65_000);

  const count = give([...before, ...after]).length;

  expect(count).toBeLessThanOrEqual(give(before).length * 2 + 3);
});

import { expect, test } from "vitest";

import { createPeekTime } from "../../src/camera/peek-time.ts";

/** At ten units a second: when a peek would tell most, from the second group on. */
function findTimes({ keyEveryS, quantiser }: { keyEveryS: number; quantiser: number | null }) {
  const peeks = createPeekTime();
  const times = Array.from({ length: 80 }, (_, i) => i / 10).filter((atS) =>
    peeks.observe({
      ...{ key: Math.round(atS * 10) % (keyEveryS * 10) === 0, timestampMs: atS * 1_000 },
      ...{ byteCount: 2_000, quantiser },
    }),
  );
  return { times, suffices: peeks.suffices };
}

test("a peek pays in the middle of a group, where a visit that no key picture meets must be", () => {
  const { times, suffices } = findTimes({ keyEveryS: 2, quantiser: 24 });

  expect(times.slice(0, 6)).toEqual([2.8, 2.9, 3, 3.1, 3.2, 3.3]);
  expect(suffices).toBe(true);
});

test("where key pictures are close together no peek is needed", () => {
  expect(findTimes({ keyEveryS: 1, quantiser: 24 })).toEqual({ times: [], suffices: true });
});

test("in a long group one peek is not enough, and sizes have to tell as well", () => {
  expect(findTimes({ keyEveryS: 4, quantiser: 24 }).suffices).toBe(false);
});

test("a stream that is not known to allow it, or was seen not to, is never peeked at", () => {
  expect(findTimes({ keyEveryS: 2, quantiser: null })).toEqual({ times: [], suffices: false });

  const peeks = createPeekTime();
  for (const timestampMs of [0, 2_000]) {
    peeks.observe({ key: true, timestampMs, byteCount: 60_000, quantiser: 24 });
  }
  const middle = { key: false, timestampMs: 3_000, byteCount: 2_000, quantiser: 24 };
  expect(peeks.observe(middle)).toBe(true);
  peeks.end();
  expect(peeks.observe(middle)).toBe(false);
});

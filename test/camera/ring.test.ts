import fc from "fast-check";
import { expect, test } from "vitest";

import { createRing, type Ring } from "../../src/camera/ring.ts";

function unit(timestampMs: number, key: boolean, size = 10) {
  const bytes = Buffer.alloc(size, timestampMs & 0xff);
  return { codec: "h264" as const, key, bytes, capturedAt: 5_000_000 + timestampMs, timestampMs };
}

/** Two pictures a second, a key one every `groupMs`. */
function fill(ring: Ring, untilMs: number, groupMs: number, size = 10): void {
  for (let now = 0; now <= untilMs; now += 500) ring.push(unit(now, now % groupMs === 0, size));
}

test("a unit is found again with everything from its key unit on", () => {
  const ring = createRing();
  fill(ring, 5_000, 2_000);

  const units = ring.upTo(7);

  expect(units?.map(({ number }) => number)).toEqual([5, 6, 7]);
  expect(units?.[0]?.key).toBe(true);
});

test("units before the first key unit are numbered but not held", () => {
  const ring = createRing();

  expect(ring.push(unit(0, false)).number).toBe(1);
  expect(ring.push(unit(100, true)).number).toBe(2);

  expect(ring.upTo(1)).toBeNull();
  expect(ring.upTo(2)).toHaveLength(1);
  expect(ring.upTo(3)).toBeNull();
});

test("groups leave ten seconds after their end, one after the other", () => {
  const ring = createRing();
  fill(ring, 60_000, 2_000);

  expect(ring.counts()).toMatchObject({ evicted: 0 });
  expect(ring.nearest(0)?.timestampMs).toBe(48_000);
  expect(ring.newest()?.timestampMs).toBe(60_000);
});

test("the last two groups stay, however long they are", () => {
  const ring = createRing();
  fill(ring, 75_000, 30_000);

  expect(ring.nearest(0)?.timestampMs).toBe(30_000);
  expect(ring.counts()).toMatchObject({ groups: 2, evicted: 0 });
});

test("the byte limit holds over everything, and what it costs is counted", () => {
  const sizes = fc.array(fc.record({ size: fc.integer({ min: 1, max: 400 }), key: fc.boolean() }));
  fc.assert(
    fc.property(sizes, (pushed) => {
      const ring = createRing({ bytesMax: 1_000 });
      pushed.forEach(({ size, key }, i) => {
        ring.push(unit(i * 100, key, size));
        expect(ring.counts().bytes).toBeLessThanOrEqual(1_000);
      });

      const firstKey = pushed.findIndex(({ key }) => key);
      const everHeld = firstKey === -1 ? 0 : pushed.length - firstKey;
      const { units, evicted } = ring.counts();
      expect(units + evicted).toBeLessThanOrEqual(everHeld);
    }),
  );
});

test("the nearest unit in time is found, and nothing after a clear", () => {
  const ring = createRing();
  fill(ring, 5_000, 2_000);

  expect(ring.nearest(3_200)?.timestampMs).toBe(3_000);
  expect(ring.nearest(99_000)?.timestampMs).toBe(5_000);

  ring.clear();
  expect(ring.nearest(3_200)).toBeNull();
  expect(ring.newest()).toBeNull();
  expect(ring.counts()).toMatchObject({ units: 0, bytes: 0 });
  expect(ring.push(unit(6_000, true)).number).toBe(12);
});

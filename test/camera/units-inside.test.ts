import fc from "fast-check";
import { expect, test } from "vitest";

import { createUnitsInside } from "../../src/camera/units-inside.ts";

const unit = (number: number) => ({
  ...{ codec: "h264" as const, key: number === 1, bytes: Buffer.alloc(3) },
  ...{ capturedAt: 1_000_000 + number, timestampMs: number, number },
});

test("a picture finds its unit whatever ffmpeg swallowed, left out or still holds", () => {
  const sequences = fc.array(fc.record({ given: fc.nat(12), isTold: fc.boolean() }));
  fc.assert(
    fc.property(sequences, (sequence) => {
      const inside = createUnitsInside();
      const held: [inside: number, own: number][] = [];
      let own = 1_000;
      for (const { given, isTold } of sequence) {
        for (let i = 0; i < given; i += 1) {
          own += 1;
          held.push([inside.add(unit(own)), own]);
        }
        const told = isTold ? held.splice(0, Math.ceil(held.length / 2)).at(-1) : undefined;
        if (told) expect(inside.take(told[0])?.number).toBe(told[1]);
      }
    }),
  );
});

test("the same unit given twice is told apart, and numbers never go back", () => {
  const inside = createUnitsInside();
  for (const number of [41, 42, 41, 42, 43]) inside.add(unit(number));

  expect(inside.take(1)?.number).toBe(42);
  expect(inside.take(2)?.number).toBe(41);
  expect(inside.take(1)).toBeNull();
  expect(inside.take(2)).toBeNull();
  expect(inside.take(5)).toBeNull();
  expect(inside.take(4)?.number).toBe(43);
});

test("what is kept of a unit does not hold its bytes", () => {
  const inside = createUnitsInside();
  inside.add(unit(7));
  expect(inside.take(0)).not.toHaveProperty("bytes");
});

import fc from "fast-check";
import { expect, test } from "vitest";

import {
  type CutUnit,
  createUnitCutter,
  findSequenceParameters,
} from "../../src/camera/access-units.ts";
import { createUnitMeasure } from "../../src/camera/unit-measure.ts";
import { readCorpus } from "../support/corpus.ts";

const RUNS = { numRuns: 300 };
const UNIT_BYTES_MAX = 2_000;
const corpus = readCorpus("video-units");

/** Bytes as an encoder might write them, and then something went wrong. */
const start = fc.constantFrom(Buffer.from([0, 0, 1]), Buffer.from([0, 0, 0, 1]));
const head = fc.constantFrom(
  0x67,
  0x68,
  0x65,
  0x41,
  0x06,
  0x09,
  0x40,
  0x42,
  0x44,
  0x26,
  0x02,
  0x46,
);
const piece = fc
  .tuple(start, head, fc.uint8Array({ maxLength: 400 }))
  .map(([code, type, body]) => Buffer.concat([code, Buffer.from([type]), body]));
const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
const stream = fc
  .array(fc.oneof({ weight: 4, arbitrary: piece }, { weight: 1, arbitrary: noise }), {
    maxLength: 12,
  })
  .map((pieces) => Buffer.concat(pieces));

function cut(bytes: Buffer, chunkBytes: number): { units: CutUnit[]; skipped: number } {
  const cutter = createUnitCutter({ unitBytesMax: UNIT_BYTES_MAX });
  const units: CutUnit[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const arrival = { capturedAt: at, timestampMs: at };
    units.push(...cutter.push(bytes.subarray(at, at + chunkBytes), arrival));
  }
  units.push(...cutter.flush());
  return { units, skipped: cutter.bytesSkipped };
}

function judge(bytes: Buffer, chunkBytes: number): void {
  const { units, skipped } = cut(bytes, chunkBytes);
  const measure = createUnitMeasure();
  for (const unit of units) {
    expect(unit.bytes.length).toBeLessThanOrEqual(UNIT_BYTES_MAX);
    expect(bytes.includes(unit.bytes)).toBe(true);
    const { byteCount, quantiser } = measure(unit);
    expect(byteCount).toBeLessThanOrEqual(unit.bytes.length);
    expect(quantiser === null || Number.isFinite(quantiser)).toBe(true);
    findSequenceParameters(unit);
  }
  // Nothing is made up, and nothing is given twice.
  const given = units.reduce((sum, unit) => sum + unit.bytes.length, 0);
  expect(given + skipped).toBeLessThanOrEqual(bytes.length);
}

test("C6: whatever bytes come, units are cut, measured and bounded, wherever chunks end", () => {
  for (const bytes of corpus) for (const size of [1, 7, 4096]) judge(bytes, size);
  const chunk = fc.integer({ min: 1, max: 600 });
  fc.assert(
    fc.property(stream, chunk, (bytes, chunkBytes) => judge(bytes, chunkBytes)),
    RUNS,
  );
});

test("C6: damaged bytes are cut the same, wherever chunks end", () => {
  const chunk = fc.integer({ min: 1, max: 600 });
  const toHex = (bytes: Buffer, size: number) =>
    cut(bytes, size).units.map((unit) => unit.bytes.toString("hex"));
  fc.assert(
    fc.property(stream, chunk, (bytes, size) => {
      expect(toHex(bytes, size)).toEqual(toHex(bytes, Math.max(1, bytes.length)));
    }),
    RUNS,
  );
});

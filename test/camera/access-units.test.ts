import fc from "fast-check";
import { expect, test } from "vitest";

import {
  type CutUnit,
  createUnitCutter,
  findSequenceParameters,
} from "../../src/camera/access-units.ts";

const at = (timestampMs: number) => ({ capturedAt: 1_000_000 + timestampMs, timestampMs });

const short = [0, 0, 1];
const long = [0, 0, 0, 1];
const nal = (start: number[], ...bytes: number[]): Buffer => Buffer.from([...start, ...bytes]);

// H.264: 0x67 sequence set, 0x68 picture set, 0x06 SEI, 0x65 key slice, 0x41 slice; the byte behind
// a slice's header has its top bit set in the first slice of a picture.
const h264 = {
  key: Buffer.concat([
    nal(long, 0x67, 0x64, 0, 0x16, 0xac),
    nal(long, 0x68, 0xef, 0x0f, 0xcb),
    nal(short, 0x06, 5, 1, 2),
    nal(short, 0x65, 0x88, 0x84, 0x5f, 7, 7),
    nal(short, 0x65, 0x22, 0x84, 0x5f, 8),
  ]),
  plain: Buffer.concat([nal(short, 0x41, 0x9a, 1, 2, 3), nal(short, 0x41, 0x22, 4, 5)]),
  delimited: Buffer.concat([nal(long, 0x09, 0xf0), nal(long, 0x41, 0x9a, 6, 7, 8, 9)]),
};
// H.265: 0x40 video set, 0x42 sequence set, 0x44 picture set, 0x26 key slice, 0x02 slice; here the
// bit stands behind a header of two bytes.
const h265 = {
  key: Buffer.concat([
    nal(long, 0x40, 1, 0x0c, 1),
    nal(long, 0x42, 1, 1, 1, 0x60),
    nal(long, 0x44, 1, 0xc0, 0xf3),
    nal(short, 0x26, 1, 0xaf, 9, 9),
    nal(short, 0x26, 1, 0x2f, 9),
  ]),
  plain: Buffer.concat([nal(short, 0x02, 1, 0xd0, 3), nal(short, 0x02, 1, 0x20, 3)]),
  delimited: Buffer.concat([nal(long, 0x46, 1, 0x50), nal(long, 0x02, 1, 0xd0, 3, 4, 5)]),
};
const streams = { h264, h265 };

function cutAll(bytes: Buffer, cuts: readonly number[]): CutUnit[] {
  const cutter = createUnitCutter();
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  // The owner of a chunk may write the next one in its place.
  const lent = Buffer.alloc(bytes.length);
  const units = edges.flatMap((edge, i) => {
    const chunk = bytes.subarray(edge, edges[i + 1] ?? bytes.length);
    chunk.copy(lent);
    return cutter.push(lent.subarray(0, chunk.length), at(i));
  });
  return [...units, ...cutter.flush()];
}

test.each(["h264", "h265"] as const)("units of %s come out whole, wherever chunks end", (codec) => {
  const { key, plain, delimited } = streams[codec];
  const expected = [key, plain, delimited, delimited, plain, key, plain];
  const bytes = Buffer.concat(expected);
  const anyCuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 40 });

  fc.assert(
    fc.property(anyCuts, (cuts) => {
      const units = cutAll(bytes, cuts);

      expect(units.map((unit) => unit.bytes.toString("hex"))).toEqual(
        expected.map((unit) => unit.toString("hex")),
      );
      expect(units.map((unit) => unit.key)).toEqual(expected.map((unit) => unit === key));
      expect(new Set(units.map((unit) => unit.codec))).toEqual(new Set([codec]));
    }),
  );
});

test("a stream that comes byte by byte is cut the same", () => {
  const bytes = Buffer.concat([h264.key, h264.plain, h264.delimited]);

  const units = cutAll(
    bytes,
    Array.from(bytes, (_, i) => i),
  );

  expect(units.map((unit) => unit.bytes)).toEqual([h264.key, h264.plain, h264.delimited]);
});

test("any bytes at all pass without a throw, and are either kept or counted as skipped", () => {
  const anyChunks = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom(Uint8Array.from([0, 0, 1]), h264.key, h265.plain, h264.plain),
    ),
  );

  fc.assert(
    fc.property(anyChunks, (chunks) => {
      const cutter = createUnitCutter();
      const units = chunks.flatMap((chunk, i) => cutter.push(Buffer.from(chunk), at(i)));
      units.push(...cutter.flush());

      const kept = units.reduce((sum, unit) => sum + unit.bytes.length, 0);
      expect(kept + cutter.bytesSkipped).toBe(chunks.reduce((sum, one) => sum + one.length, 0));
    }),
  );
});

test("garbage and half a picture before the first parameter set are skipped", () => {
  const garbage = Buffer.from("RTSP/1.0 200 OK\r\n\0\0\0", "latin1");
  const bytes = Buffer.concat([garbage, h264.plain, h264.key, h264.plain]);

  expect(cutAll(bytes, []).map((unit) => unit.bytes)).toEqual([h264.key, h264.plain]);
});

test("a unit carries the arrival of its first byte, also when its start code is split", () => {
  const cutter = createUnitCutter();
  const second = h264.plain;

  cutter.push(Buffer.concat([h264.key, second.subarray(0, 2)]), at(100));
  cutter.push(second.subarray(2), at(200));
  const units = [...cutter.push(h264.key, at(300)), ...cutter.flush()];

  expect(units.map((unit) => unit.timestampMs)).toEqual([100, 300]);
});

test("a unit beyond the limit is dropped and the next one is whole again", () => {
  const cutter = createUnitCutter({ unitBytesMax: 64 });
  const huge = Buffer.concat([h264.plain, Buffer.alloc(100, 0x55)]);

  const bytes = Buffer.concat([h264.key, huge, h264.plain]);
  const units = [...cutter.push(bytes, at(0)), ...cutter.flush()];

  expect(units.map((unit) => unit.bytes)).toEqual([h264.key, h264.plain]);
  expect(cutter.bytesSkipped).toBe(huge.length);
});

test("a unit holds no larger buffer alive", () => {
  const chunk = Buffer.concat([h264.key, Buffer.alloc(1_000_000, 0x55)]);
  const cutter = createUnitCutter();

  cutter.push(chunk, at(0));
  const [unit] = cutter.push(Buffer.concat([h264.plain, h264.plain]), at(1));

  expect(unit?.bytes.buffer).not.toBe(chunk.buffer);
});

test("the last sequence parameter set of a key unit is the one that governs", () => {
  const older = nal(long, 0x67, 1, 2, 3, 4, 5);
  const key = { codec: "h264" as const, bytes: Buffer.concat([older, h264.key]) };

  expect(findSequenceParameters(key)).toEqual(Buffer.from([0x67, 0x64, 0, 0x16, 0xac]));
  expect(findSequenceParameters({ codec: "h265", bytes: h265.key })?.[0]).toBe(0x42);
  expect(findSequenceParameters({ codec: "h264", bytes: h264.plain })).toBeNull();
});

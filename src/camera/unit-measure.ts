/** What can be told of an access unit without decoding it. Pure. */
import type { CutUnit } from "./access-units.ts";
import { createQuantiserReader } from "./slice-quantiser.ts";

export interface UnitMeasures {
  /** Without what only fills a constant bit rate. */
  byteCount: number;
  /** How coarsely it was quantised; null when it does not tell. */
  quantiser: number | null;
}

/** Measures each unit of a stream, in order. */
export function createUnitMeasure(): (unit: Pick<CutUnit, "codec" | "bytes">) => UnitMeasures {
  const { read } = createQuantiserReader();
  return (unit) => ({
    byteCount: unit.bytes.length - countFilling(unit.bytes),
    quantiser: read(unit),
  });
}

/** A filler is the last of a unit: its bytes are all ones, up to a single bit that ends it. */
function countFilling(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] === 0) at -= 1;
  if (bytes[at] !== 0x80) return 0;
  const end = at;
  while (at > 0 && bytes[at - 1] === 0xff) at -= 1;
  return end - at;
}

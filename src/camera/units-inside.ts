/**
 * The units that a decoder was given and whose pictures may still come. Pure. Numbers here count
 * what this decoder was given, one by one: the same unit may be given twice, and a stream may be
 * given with gaps.
 */
import type { AccessUnit } from "./ring.ts";

export type UnitInside = Omit<AccessUnit, "bytes">;

export interface UnitsInside {
  /** The number under which the unit goes in. */
  add(unit: AccessUnit): number;
  /**
   * The unit of a picture. What was given before it is forgotten: it was swallowed, or its picture
   * was not wanted. Null when the number does not go forward, as the first ones of a stream with B
   * frames may not.
   */
  take(number: number): UnitInside | null;
}

export function createUnitsInside(): UnitsInside {
  const units: UnitInside[] = [];
  let next = 0;
  return {
    add({ bytes: _bytes, ...unit }) {
      units.push(unit);
      return next++;
    },
    take(number) {
      const oldest = next - units.length;
      if (number < oldest || number >= next) return null;
      return units.splice(0, number - oldest + 1).at(-1) ?? null;
    },
  };
}

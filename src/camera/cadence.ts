/**
 * Every how many units of a stream one picture is wanted. Pure. The streams' own words about their
 * rate cannot be trusted, so it is measured, and over whole groups of pictures: what a camera had
 * saved up and sends at once when it is joined would look like a high rate.
 */
import type { Luma } from "./decoder.ts";
import type { AccessUnit } from "./ring.ts";

export interface Cadence {
  /** To be told of every unit, in order. */
  observe(unit: Pick<AccessUnit, "key" | "timestampMs">): void;
  /** 1 is every unit. Changes at key units alone, where another decoder may begin. */
  readonly step: number;
}

const MEASURED_OVER_MS = 2_000;
/** Outside these shares of the wanted rate another step is worth another decoder. */
const SLOWEST = 0.85;
const FASTEST = 1.4;
/** A stream that is a little slower than it says must not be stepped through more finely. */
const TOLERANCE = 0.1;

export function createCadence({ framesPerSecond }: Pick<Luma, "framesPerSecond">): Cadence {
  let keyCount = 0;
  let fromMs = 0;
  let unitCount = 0;
  let step = 1;

  const follow = (unitsPerSecond: number): void => {
    const share = unitsPerSecond / step / framesPerSecond;
    if (share >= SLOWEST && share < FASTEST) return;
    step = Math.max(1, Math.floor(unitsPerSecond / framesPerSecond + TOLERANCE));
  };
  const observeKey = (timestampMs: number): void => {
    keyCount += 1;
    const spanMs = timestampMs - fromMs;
    const isMeasured = keyCount > 2 && spanMs >= MEASURED_OVER_MS;
    if (isMeasured) follow((unitCount * 1_000) / spanMs);
    // The first group, the one that may have been saved up, ends at the second key unit.
    if (!isMeasured && keyCount > 2) return;
    fromMs = timestampMs;
    unitCount = 0;
  };
  return {
    observe({ key, timestampMs }) {
      if (key) observeKey(timestampMs);
      unitCount += 1;
    },
    get step() {
      return step;
    },
  };
}

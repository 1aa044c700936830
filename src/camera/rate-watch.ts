/**
 * Whether an encoder holds its bit rate. Pure. One that does answers all that it is shown with the
 * quantiser, which therefore never rests; one that holds the quality leaves it nearly as it is.
 */
export interface RateWatch {
  /** Each unit in order. */
  observe(unit: { key: boolean; quantiser: number | null }): void;
  /** False as well while too little was seen, and where the quantiser is not told. */
  readonly isHeld: boolean;
}

const PACE = 0.01;
const UNITS_LEAST = 60;
/** Mean distance of the quantiser from its mean, from which on it is restless, and at rest again. */
const RESTLESS = 0.6;
const AT_REST = 0.35;

export function createRateWatch(): RateWatch {
  let mean = 0;
  let distance = 0;
  let count = 0;
  let isHeld = false;

  return {
    observe({ key, quantiser }) {
      // Key units have one of their own.
      if (key || quantiser === null) return;
      count += 1;
      const pace = Math.max(PACE, 1 / count);
      mean += (quantiser - mean) * pace;
      distance += (Math.abs(quantiser - mean) - distance) * pace;
      if (count < UNITS_LEAST) return;
      isHeld = distance > (isHeld ? AT_REST : RESTLESS);
    },
    get isHeld() {
      return isHeld;
    },
  };
}

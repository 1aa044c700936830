/** What a day's descriptions were worth. */
import { type Arrival, TREE } from "./arrivals.ts";
import type { Described } from "./rivals.ts";

/** A description that comes later tells nobody anything. */
const USEFUL_WITHIN_S = 600;

/** The 95th percentile of arrival to description, in service times; what was never described is infinite. */
export function toUrgentP95(
  arrivals: readonly Arrival[],
  described: readonly Described[],
  serviceS: number,
): number {
  const delays = toDelays(
    arrivals.filter(({ isUrgent }) => isUrgent),
    described,
  );
  return (delays[Math.ceil(0.95 * delays.length) - 1] ?? Infinity) / serviceS;
}

/** The mean of arrival to description at all cameras but the tree's, in seconds. */
export function toOthersMeanS(
  arrivals: readonly Arrival[],
  described: readonly Described[],
): number {
  const delays = toDelays(
    arrivals.filter(({ cameraId }) => cameraId !== TREE),
    described,
  );
  return delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
}

/** Descriptions by the model that were the first of their scene and came in time. */
export function countUseful(described: readonly Described[]): number {
  const known = new Set<string>();
  let useful = 0;
  for (const { arrival, atS, isReused } of described) {
    if (isReused || known.has(arrival.scene)) continue;
    known.add(arrival.scene);
    if (atS - arrival.atS <= USEFUL_WITHIN_S) useful += 1;
  }
  return useful;
}

/** Sorted, in seconds. */
function toDelays(arrivals: readonly Arrival[], described: readonly Described[]): number[] {
  const atS = new Map(described.map((one) => [one.arrival, one.atS]));
  return arrivals
    .map((arrival) => (atS.get(arrival) ?? Infinity) - arrival.atS)
    .toSorted((a, b) => a - b);
}

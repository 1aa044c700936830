/** What the days' descriptions were worth; several days count as one long one. */
import { type Arrival, TREE } from "./arrivals.ts";
import type { Described } from "./rivals.ts";

export interface ServedDay {
  arrivals: readonly Arrival[];
  described: readonly Described[];
}

/** A description that comes later tells nobody anything. */
const USEFUL_WITHIN_S = 600;

/**
 * The 95th percentile of arrival to description of urgent events, in service times; what was never
 * described is infinite.
 */
export function toUrgentP95(days: readonly ServedDay[], serviceS: number): number {
  const delays = toDelays(days, ({ isUrgent }) => isUrgent).toSorted((a, b) => a - b);
  return (delays[Math.ceil(0.95 * delays.length) - 1] ?? Infinity) / serviceS;
}

/** How much longer the other cameras waited on average beside the tree than on the days without. */
export function toTreeSlowdown(windy: readonly ServedDay[], calm: readonly ServedDay[]): number {
  return toOthersMeanS(windy) / toOthersMeanS(calm);
}

/** Descriptions by the model that were the first of their scene and came in time. */
export function countUseful(days: readonly ServedDay[]): number {
  return days.reduce((sum, { described }) => sum + countUsefulOfDay(described), 0);
}

function countUsefulOfDay(described: readonly Described[]): number {
  const known = new Set<string>();
  let useful = 0;
  for (const { arrival, atS, isReused } of described) {
    if (isReused || known.has(arrival.scene)) continue;
    known.add(arrival.scene);
    if (atS - arrival.atS <= USEFUL_WITHIN_S) useful += 1;
  }
  return useful;
}

function toOthersMeanS(days: readonly ServedDay[]): number {
  const delays = toDelays(days, ({ cameraId }) => cameraId !== TREE);
  return delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
}

/** In seconds. */
function toDelays(days: readonly ServedDay[], isMeant: (arrival: Arrival) => boolean): number[] {
  return days.flatMap(({ arrivals, described }) => {
    const atS = new Map(described.map((one) => [one.arrival, one.atS]));
    return arrivals.filter(isMeant).map((arrival) => (atS.get(arrival) ?? Infinity) - arrival.atS);
  });
}

/**
 * Events against labels. A labelled motion is found when an event overlaps it; an event is false
 * when it lies further than a second from everything that is labelled or to be ignored. What lies
 * only in ignored time is neither.
 *
 * Latency is counted from the label's start, in two ways: to where the event says it started, and
 * to when a live camera would have told of it. An event that was on already has none.
 */
import type { Interval, LabelledClip } from "./labels.ts";

export interface FoundEvent extends Interval {
  toldS: number;
}

export interface Comparison {
  motions: number;
  seconds: number;
  trueEvents: number;
  falseEvents: number;
  /** One for each motion that was found. */
  latenciesS: readonly number[];
  toldLatenciesS: readonly number[];
}

const TOLERANCE_S = 1;

export function compare(
  labels: Pick<LabelledClip, "motion" | "ignored">,
  events: readonly FoundEvent[],
  seconds: number,
): Comparison {
  const { motion, ignored } = labels;
  const isNear = (event: Interval, intervals: readonly Interval[]): boolean =>
    intervals.some((interval) => overlaps(event, interval, TOLERANCE_S));
  const finds = motion.flatMap((interval) => {
    const finder = events.find((event) => overlaps(event, interval, 0));
    return finder ? [{ interval, finder }] : [];
  });
  return {
    motions: motion.length,
    seconds,
    trueEvents: events.filter((event) => isNear(event, motion)).length,
    falseEvents: events.filter((event) => !isNear(event, [...motion, ...ignored])).length,
    latenciesS: finds.map(({ interval, finder }) => Math.max(0, finder.startS - interval.startS)),
    toldLatenciesS: finds.map(({ interval, finder }) =>
      Math.max(0, finder.toldS - interval.startS),
    ),
  };
}

function overlaps(one: Interval, other: Interval, toleranceS: number): boolean {
  return one.startS <= other.endS + toleranceS && one.endS >= other.startS - toleranceS;
}

/** As printed. Null where there is nothing to divide by. */
export interface Figures {
  motions: number;
  found: number;
  recall: number | null;
  precision: number | null;
  false_events: number;
  false_per_hour: number | null;
  median_latency_s: number | null;
  p90_latency_s: number | null;
  median_told_s: number | null;
  p90_told_s: number | null;
}

export function toFigures(comparisons: readonly Comparison[]): Figures {
  const total = (of: (comparison: Comparison) => number): number =>
    comparisons.map(of).reduce((sum, count) => sum + count, 0);
  const motions = total((comparison) => comparison.motions);
  const right = total((comparison) => comparison.trueEvents);
  const wrong = total((comparison) => comparison.falseEvents);
  const latenciesS = comparisons.flatMap((comparison) => comparison.latenciesS);
  const toldLatenciesS = comparisons.flatMap((comparison) => comparison.toldLatenciesS);
  return {
    motions,
    found: latenciesS.length,
    recall: divide(latenciesS.length, motions),
    precision: divide(right, right + wrong),
    false_events: wrong,
    false_per_hour: divide(
      wrong * 3_600,
      total((comparison) => comparison.seconds),
    ),
    median_latency_s: toQuantile(latenciesS, 0.5),
    p90_latency_s: toQuantile(latenciesS, 0.9),
    median_told_s: toQuantile(toldLatenciesS, 0.5),
    p90_told_s: toQuantile(toldLatenciesS, 0.9),
  };
}

function divide(part: number, whole: number): number | null {
  return whole === 0 ? null : round(part / whole);
}

/** The smallest value that at least this share does not exceed. */
function toQuantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return value === undefined ? null : round(value);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

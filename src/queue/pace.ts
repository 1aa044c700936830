/**
 * How fast the desk works and how fast work comes: averages that forget, for the estimates of an
 * operator and for what can be done in time.
 */
export interface Pace {
  /** So many jobs are unfinished at this moment; what came since the last look is counted. */
  observe(unfinished: number, nowMs: number): void;
  /** A job came to an end of its own and was in hand for so long. */
  served(tookMs: number): void;
  /** A job is no longer unfinished. */
  finished(nowMs: number): void;
  /** Of one job; null before the first. */
  readonly serviceMs: number | null;
  arrivalsPerMinute(nowMs: number): number;
  finishedPerMinute(nowMs: number): number;
}

/** The share of the newest job in the average. */
const NEWEST_SHARE = 0.1;
const MEMORY_MS = 5 * 60_000;

export function createPace(): Pace {
  const arrivals = createRate();
  const ends = createRate();
  let serviceMs: number | null = null;
  let expected: number | null = null;

  return {
    observe(unfinished, nowMs) {
      // The backlog of an earlier life did not arrive now.
      arrivals.add(expected === null ? 0 : Math.max(0, unfinished - expected), nowMs);
      expected = unfinished;
    },
    served(tookMs) {
      serviceMs = serviceMs === null ? tookMs : serviceMs + NEWEST_SHARE * (tookMs - serviceMs);
    },
    finished(nowMs) {
      ends.add(1, nowMs);
      if (expected !== null) expected -= 1;
    },
    get serviceMs() {
      return serviceMs;
    },
    arrivalsPerMinute: (nowMs) => arrivals.perMinute(nowMs),
    finishedPerMinute: (nowMs) => ends.perMinute(nowMs),
  };
}

/** How long until nothing waits, at this pace; null when that is unknown or never. */
export function toDrainSeconds(
  pace: Pace,
  desk: { waiting: number; workers: number; nowMs: number },
): number | null {
  if (desk.waiting === 0) return 0;
  if (pace.serviceMs === null) return null;
  const gainPerMinute =
    (desk.workers * 60_000) / Math.max(1, pace.serviceMs) - pace.arrivalsPerMinute(desk.nowMs);
  return gainPerMinute > 0 ? Math.ceil((desk.waiting * 60) / gainPerMinute) : null;
}

function createRate() {
  let sum = 0;
  let atMs: number | null = null;
  let sinceMs = 0;
  const fade = (nowMs: number): number =>
    atMs === null ? 0 : sum * Math.exp(-Math.max(0, nowMs - atMs) / MEMORY_MS);

  return {
    add(count: number, nowMs: number): void {
      if (atMs === null) sinceMs = nowMs;
      sum = fade(nowMs) + count;
      atMs = nowMs;
    },
    perMinute(nowMs: number): number {
      // In its first minutes it knows less than its whole memory.
      const knownMs = MEMORY_MS * (1 - Math.exp(-Math.max(0, nowMs - sinceMs) / MEMORY_MS));
      return atMs === null ? 0 : (fade(nowMs) * 60_000) / Math.max(1000, knownMs);
    },
  };
}

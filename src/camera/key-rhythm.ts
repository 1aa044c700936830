/**
 * Whether a stream's key units come so that they can be watched alone, and if not, why not. Pure.
 * Some cameras stretch the groups of pictures to ten seconds and more while little happens: whoever
 * looked at their key frames alone would see nothing of a short visit.
 *
 * Where the sizes of the units between may tell of such a visit, key units may be further apart. An
 * encoder that holds its bit rate makes all groups equally large, whatever they show; one that does
 * not makes them so only while nothing happens. So sizes count once they were seen to vary.
 */
export interface KeyRhythm {
  observe(unit: { key: boolean; timestampMs: number; byteCount: number }): void;
  readonly verdict: Verdict;
}

export type Verdict =
  /** Too little was seen of it. */
  | { type: "unknown" }
  | { type: "fit" }
  /** A sentence for the operator. */
  | { type: "unfit"; reason: string };

/** Longer than this apart, key frames miss what comes and goes between them. */
const INTERVAL_MAX_MS = 4_500;
/** Apart as much as this, and by so much at times, nobody knows when the next will come. */
const CHANGE_MAX = 3;
const CHANGE_FROM_MS = 2_500;
/** As far apart they may be where sizes say nothing. */
const BLIND_INTERVAL_MAX_MS = 2_500;
/** Standard deviation of the mean sizes in the groups, as a share of their own mean. */
const VARIED = 0.1;
const GROUPS_LEAST = 3;
const GROUPS_KEPT = 8;
const UNITS_LEAST = 3;

export function createKeyRhythm(): KeyRhythm {
  let groups: Group[] = [];
  let hasVaried = false;
  let keyAtMs: number | null = null;
  let keyCount = 0;
  let unitCount = 0;
  let byteCount = 0;
  let newestMs = 0;

  const addGroup = (durationMs: number): void => {
    groups = [...groups, { durationMs, unitCount, byteCount }].slice(-GROUPS_KEPT);
    hasVaried ||= groups.length >= GROUPS_LEAST && toVariation(groups) > VARIED;
  };
  const begin = (timestampMs: number): void => {
    keyCount += 1;
    // What a camera had saved up comes at once when it is joined, so the first group tells nothing.
    if (keyAtMs !== null && keyCount > 2) addGroup(timestampMs - keyAtMs);
    keyAtMs = timestampMs;
    unitCount = 0;
    byteCount = 0;
  };

  return {
    observe({ key, timestampMs, byteCount: bytes }) {
      newestMs = timestampMs;
      if (key) begin(timestampMs);
      unitCount += 1;
      byteCount += bytes;
    },
    get verdict() {
      return judge(groups, keyAtMs === null ? 0 : newestMs - keyAtMs, hasVaried);
    },
  };
}

interface Group {
  durationMs: number;
  unitCount: number;
  byteCount: number;
}

function toVariation(groups: readonly Group[]): number {
  const sizes = groups.map(({ byteCount, unitCount }) => byteCount / unitCount);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  const squares = sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0);
  return Math.sqrt(squares / sizes.length) / mean;
}

function judge(groups: readonly Group[], openMs: number, hasVaried: boolean): Verdict {
  const durations = groups.map(({ durationMs }) => durationMs);
  const [shortest, longest] = [Math.min(...durations), Math.max(...durations, openMs)];
  if (longest > INTERVAL_MAX_MS) {
    const seconds = Math.round(longest / 1_000);
    return unfit(`Its key frames are up to ${seconds} s apart, too long to watch them alone.`);
  }
  if (groups.length < GROUPS_LEAST) return { type: "unknown" };
  if (groups.every(({ unitCount }) => unitCount < UNITS_LEAST)) {
    return unfit("Nearly every picture of it is a key frame, so there is nothing to leave out.");
  }
  if (longest > CHANGE_FROM_MS && longest > CHANGE_MAX * shortest) {
    return unfit("Its key frames come too irregularly to watch them alone.");
  }
  if (longest > BLIND_INTERVAL_MAX_MS && !hasVaried) {
    const seconds = Math.round(longest / 1_000);
    return unfit(
      `Its key frames are ${seconds} s apart and its sizes say nothing of what is between.`,
    );
  }
  return { type: "fit" };
}

function unfit(reason: string): Verdict {
  return { type: "unfit", reason };
}

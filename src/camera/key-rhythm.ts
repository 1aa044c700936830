/**
 * Whether a stream's key units come so that they can be watched alone, and if not, why not. Pure.
 * Some cameras stretch the groups of pictures to ten seconds and more while little happens: whoever
 * looked at their key frames alone would see nothing of a short visit.
 */
export interface KeyRhythm {
  observe(unit: { key: boolean; timestampMs: number }): void;
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
const GROUPS_LEAST = 3;
const GROUPS_KEPT = 8;
const UNITS_LEAST = 3;

export function createKeyRhythm(): KeyRhythm {
  let groups: { durationMs: number; unitCount: number }[] = [];
  let keyAtMs: number | null = null;
  let keyCount = 0;
  let unitCount = 0;
  let newestMs = 0;

  return {
    observe({ key, timestampMs }) {
      newestMs = timestampMs;
      unitCount += 1;
      if (!key) return;
      keyCount += 1;
      // What a camera had saved up comes at once when it is joined, so the first group tells nothing.
      if (keyAtMs !== null && keyCount > 2) {
        groups = [...groups, { durationMs: timestampMs - keyAtMs, unitCount }].slice(-GROUPS_KEPT);
      }
      keyAtMs = timestampMs;
      unitCount = 0;
    },
    get verdict() {
      return judge(groups, keyAtMs === null ? 0 : newestMs - keyAtMs);
    },
  };
}

function judge(
  groups: readonly { durationMs: number; unitCount: number }[],
  openMs: number,
): Verdict {
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
  return { type: "fit" };
}

function unfit(reason: string): Verdict {
  return { type: "unfit", reason };
}

/**
 * How much of a stream is decoded. Pure: everything comes in with the units and their times.
 *
 *   watching ── 4 s in which nothing moved ──► quiet
 *   quiet ── something in a picture that was glanced at, or sizes that leave no doubt ──► watching
 *
 * Watching, every unit is decoded. Quiet, only each key unit is; of the others only the size is
 * looked at, and where that is more than usual one in the middle of the group is decoded as well
 * (peek-time.ts). Where peeks do not reach, sizes alone are a reason to watch. Back to watching,
 * decoding goes back as well: to the group of the last picture that was passed on, so that what
 * began since then is seen from its beginning.
 *
 * A small stream is always watched: decoding all of it costs no more than choosing. Where adaptive
 * is asked for all the same, it is when its bit rate is held (rate-watch.ts). So is a stream whose
 * key units cannot be relied upon (key-rhythm.ts). The pictures have the last word: sizes and peeks
 * that call for nothing are believed less and less (size-watch.ts).
 */
import type { DecodingState } from "./frame.ts";
import { createKeyRhythm } from "./key-rhythm.ts";
import { createPeekTime } from "./peek-time.ts";
import { createRateWatch } from "./rate-watch.ts";
import { createSizeWatch, type MeasuredUnit, type Size } from "./size-watch.ts";

export type DecodingWish = "auto" | "full" | "adaptive";

/** What a glance at a picture says. `unready`: too few were seen to tell. */
export type Impression = "calm" | "suspicious" | "unready";

/**
 * What to do with a unit: leave it, decode it to glance at it, decode it to pass its picture on, or
 * the same with all that were left since the last picture that was passed on. A peek is a glance at
 * what is patched onto the key picture before.
 */
export type Order = "leave" | "glance" | "peek" | "watch" | "catch-up";

export interface Gate {
  /** Each unit of a session, in order. */
  take(unit: MeasuredUnit): Order;
  /** As soon as the stream tells its size, and whenever it changes. */
  noteSize(pixelCount: number): void;
  /** A picture was passed on; calm is proven by these alone. */
  notePassedOn(timestampMs: number): void;
  noteImpression(impression: Impression, unit: Pick<MeasuredUnit, "key" | "timestampMs">): void;
  /** Something moved, or may have, in a picture that was passed on. */
  watchClosely(timestampMs: number): void;
  /** In this stream nothing can be patched onto a key picture. */
  endPeeks(): void;
  readonly state: DecodingState;
}

const CALM_MS = 4_000;
/** For how long sizes or a peek keep it watching by themselves. */
const LOOK_MS = 1_000;
const SMALL_PIXELS = 640 * 480;
const SMALL = "Its pictures are so small that decoding all of them costs no more than choosing.";
const SMALL_AND_HELD =
  "It is small and holds its bit rate: choosing saves nothing, and its sizes would hide short visits.";

export function createGate(wish: DecodingWish): Gate {
  const sizes = createSizeWatch();
  const peeks = createPeekTime();
  const suitability = createSuitability(wish);
  let now: DecodingState["now"] = "watching";
  let watchUntilMs: number | null = null;
  let passedOnMs = Number.NEGATIVE_INFINITY;
  /** Why to watch: a key picture shows something, or a peek or the sizes say that one should look. */
  let suspicion: "sight" | "hint" | null = null;
  /** Set while nothing but a hint gave reason to watch. */
  let isOnTrial = false;
  /** Set once the key unit of a group was glanced at, until the peek. */
  let mayPeek = false;

  const toState = (): DecodingState => suitability.judge(now);
  const mayRest = (): boolean => toState().mode === "adaptive" && suitability.isKnown;
  const watchUntil = (timestampMs: number): void => {
    watchUntilMs = Math.max(watchUntilMs ?? timestampMs, timestampMs);
  };
  const fallQuiet = (): void => {
    now = "quiet";
    mayPeek = false;
    if (isOnTrial) sizes.learn(false);
    isOnTrial = false;
  };
  const isSuspected = (size: Size): boolean => {
    if (size === "alarming" && !peeks.suffices) suspicion ??= "hint";
    if (!mayRest()) suspicion ??= "sight";
    return suspicion !== null;
  };
  const wake = (timestampMs: number): Order => {
    now = "watching";
    isOnTrial = suspicion === "hint";
    suspicion = null;
    watchUntil(timestampMs + (isOnTrial ? LOOK_MS : CALM_MS));
    return "catch-up";
  };
  const glanceOrLeave = ({ key }: MeasuredUnit, isTimely: boolean): Order => {
    const isPeek = !key && mayPeek && isTimely;
    mayPeek = key || (mayPeek && !isPeek);
    if (key) return "glance";
    return isPeek ? "peek" : "leave";
  };

  return {
    take(unit) {
      suitability.observe(unit);
      const size = sizes.observe(unit);
      const isTimely = peeks.observe(unit) && size !== "usual";
      watchUntilMs ??= unit.timestampMs + CALM_MS;
      if (now === "quiet") {
        return isSuspected(size) ? wake(unit.timestampMs) : glanceOrLeave(unit, isTimely);
      }
      if (passedOnMs < watchUntilMs || !mayRest()) return "watch";
      fallQuiet();
      return glanceOrLeave(unit, isTimely);
    },
    noteSize: suitability.noteSize,
    notePassedOn(timestampMs) {
      passedOnMs = Math.max(passedOnMs, timestampMs);
    },
    noteImpression(impression, { key, timestampMs }) {
      if (now === "watching") {
        if (impression === "unready") watchUntil(timestampMs + CALM_MS);
      } else if (impression !== "calm") suspicion ??= key ? "sight" : "hint";
    },
    watchClosely(timestampMs) {
      if (now === "quiet") return;
      if (isOnTrial) sizes.learn(true);
      isOnTrial = false;
      watchUntil(timestampMs + CALM_MS);
    },
    endPeeks: peeks.end,
    get state() {
      return toState();
    },
  };
}

/** How it is with a stream of which nothing is ever left out; null for others, and for who knows. */
export function judgeAtOnce(wish: DecodingWish, pixelCount: number | null): DecodingState | null {
  if (wish === "full") return toFull(null);
  const isSmall = pixelCount !== null && pixelCount <= SMALL_PIXELS;
  return wish === "auto" && isSmall ? toFull(SMALL) : null;
}

/** Whether so much may be left out of a stream of its kind at all. */
function createSuitability(wish: DecodingWish) {
  const rhythm = createKeyRhythm();
  const rate = createRateWatch();
  let pixelCount: number | null = null;

  const findReason = (): string | null => {
    const isSmall = pixelCount !== null && pixelCount <= SMALL_PIXELS;
    const { verdict } = rhythm;
    if (wish === "auto" && isSmall) return SMALL;
    if (verdict.type === "unfit") return verdict.reason;
    return isSmall && rate.isHeld ? SMALL_AND_HELD : null;
  };

  return {
    observe(unit: MeasuredUnit): void {
      rhythm.observe(unit);
      rate.observe(unit);
    },
    noteSize(pixels: number): void {
      pixelCount = pixels;
    },
    get isKnown() {
      return rhythm.verdict.type === "fit";
    },
    judge(now: DecodingState["now"]): DecodingState {
      if (wish === "full" || (wish === "auto" && pixelCount === null)) return toFull(null);
      const reason = findReason();
      return reason === null ? { mode: "adaptive", now, reason } : toFull(reason);
    },
  };
}

function toFull(reason: string | null): DecodingState {
  return { mode: "full", now: "watching", reason };
}

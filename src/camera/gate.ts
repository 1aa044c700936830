/**
 * How much of a stream is decoded. Pure: everything comes in with the units and their times.
 *
 *   watching ── 4 s in which nothing moved ──► quiet
 *   quiet ── something in a key picture, or the sizes of the units say so ──► watching
 *
 * Watching, every unit is decoded. Quiet, only each key unit is; of the others only the size is
 * looked at. Back to watching, decoding goes back as well: to the group of the last picture that was
 * passed on, so that what began since then is seen from its beginning.
 *
 * A small stream is always watched: decoding all of it costs no more than choosing. Where adaptive
 * is asked for all the same, it is when its bit rate is held (rate-watch.ts). So is a stream whose
 * key units cannot be relied upon (key-rhythm.ts). The pictures have the last word: sizes that call
 * for nothing are believed less and less (size-watch.ts).
 */
import type { DecodingState } from "./frame.ts";
import { createKeyRhythm } from "./key-rhythm.ts";
import { createRateWatch } from "./rate-watch.ts";
import { createSizeWatch, type MeasuredUnit } from "./size-watch.ts";

export type DecodingWish = "auto" | "full" | "adaptive";

/** What a glance at a picture says. `unready`: too few were seen to tell. */
export type Impression = "calm" | "suspicious" | "unready";

/**
 * What to do with a unit: leave it, decode it to glance at it, decode it to pass its picture on, or
 * the same with all that were left since the last picture that was passed on.
 */
export type Order = "leave" | "glance" | "watch" | "catch-up";

export interface Gate {
  /** Each unit of a session, in order. */
  take(unit: MeasuredUnit): Order;
  /** As soon as the stream tells its size, and whenever it changes. */
  noteSize(pixelCount: number): void;
  /** A picture was passed on; calm is proven by these alone. */
  notePassedOn(timestampMs: number): void;
  noteImpression(impression: Impression, timestampMs: number): void;
  /** Something moved, or may have, in a picture that was passed on. */
  watchClosely(timestampMs: number): void;
  readonly state: DecodingState;
}

const CALM_MS = 4_000;
/** For how long sizes alone keep it watching. */
const LOOK_MS = 1_000;
const SMALL_PIXELS = 640 * 480;
const SMALL = "Its pictures are so small that decoding all of them costs no more than choosing.";
const SMALL_AND_HELD =
  "It is small and holds its bit rate: choosing saves nothing, and its sizes would hide short visits.";

export function createGate(wish: DecodingWish): Gate {
  const sizes = createSizeWatch();
  const suitability = createSuitability(wish);
  let now: DecodingState["now"] = "watching";
  let watchUntilMs: number | null = null;
  let passedOnMs = Number.NEGATIVE_INFINITY;
  let isSuspected = false;
  /** Set while nothing but sizes gave reason to watch. */
  let isOnTrial = false;

  const toState = (): DecodingState => suitability.judge(now);
  const mayRest = (): boolean => toState().mode === "adaptive" && suitability.isKnown;
  const watchUntil = (timestampMs: number): void => {
    watchUntilMs = Math.max(watchUntilMs ?? timestampMs, timestampMs);
  };
  const fallQuiet = (): void => {
    now = "quiet";
    if (isOnTrial) sizes.learn(false);
    isOnTrial = false;
  };
  const wake = (timestampMs: number, isBySize: boolean): void => {
    now = "watching";
    isOnTrial = isBySize;
    isSuspected = false;
    watchUntil(timestampMs + (isBySize ? LOOK_MS : CALM_MS));
  };

  return {
    take(unit) {
      suitability.observe(unit);
      const isGrowing = sizes.observe(unit);
      watchUntilMs ??= unit.timestampMs + CALM_MS;
      if (now === "watching") {
        if (passedOnMs < watchUntilMs || !mayRest()) return "watch";
        fallQuiet();
      } else if (isSuspected || isGrowing || !mayRest()) {
        wake(unit.timestampMs, !isSuspected && isGrowing);
        return "catch-up";
      }
      return unit.key ? "glance" : "leave";
    },
    noteSize: suitability.noteSize,
    notePassedOn(timestampMs) {
      passedOnMs = Math.max(passedOnMs, timestampMs);
    },
    noteImpression(impression, timestampMs) {
      if (now === "quiet") isSuspected ||= impression !== "calm";
      else if (impression === "unready") watchUntil(timestampMs + CALM_MS);
    },
    watchClosely(timestampMs) {
      if (now === "quiet") return;
      if (isOnTrial) sizes.learn(true);
      isOnTrial = false;
      watchUntil(timestampMs + CALM_MS);
    },
    get state() {
      return toState();
    },
  };
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

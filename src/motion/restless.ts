/**
 * In: every frame with its score as it was seen, before it is weighed. Out: the places that always
 * move: a flag, a tree, a fountain, a screen. Never: IO, clocks.
 *
 * What moves without a pause the detector learns by itself within seconds; what pauses, as a flag
 * between two gusts, begins anew each time. So here it is remembered for how much of the watched time
 * each cell held a motion that went nowhere, faded over a day of watching. A trigger of its own tells
 * these motions, from scores that nothing was taken off: what is weighed down would otherwise be
 * forgotten, and learned again by false events. Who travels is not counted, so a busy road stays one.
 *
 *   restlessness  0 .. 1    from 5 % of the time to 15 % of it, mean over a box's cells
 *
 * It weighs a mover down to a fifth at most (significance.ts). Nothing is masked: what reaches out of
 * the place, comes to it or leaves it counts there, and what is large enough counts within.
 */
import type { Box, Frame } from "../camera/frame.ts";
import { CELLS, toCellBox, toCells, toCellsAround } from "./cells.ts";
import type { MotionScore } from "./detector.ts";
import type { PathPoint } from "./motion.ts";
import { createTrigger } from "./trigger.ts";

export interface RestlessPlaces {
  /** Told of every frame. */
  observe(frame: Frame, score: MotionScore): void;
  /** How restless it is where the box lies, 0..1. */
  restlessnessOf(box: Box): number;
  /** The cells that are weighed down, most restless first. */
  list(): RestlessPlace[];
}

export interface RestlessPlace {
  box: Box;
  /** Of the watched time. */
  share: number;
}

/** All that is remembered; plain numbers. */
export interface RestlessRecord {
  watchedMs: number;
  /** Cell by cell, row-major. */
  movedMs: readonly number[];
}

/** Fainter than any threshold that is of use. */
const SEEN_SIGNIFICANCE = 0.2;
const SPREAD_MAX = 0.2;
const FADING_MS = 24 * 3_600_000;
/** So much calm is taken for granted, so that the first minutes of a camera accuse no place. */
const GIVEN_CALM_MS = 300_000;
/** A camera that showed nothing for longer was not watched meanwhile. */
const GAP_MS = 60_000;
const TOLD_EVERY_MS = 3_600_000;
const SHARE_CALM = 0.05;
const SHARE_RESTLESS = 0.15;

export function createRestlessPlaces(options: {
  /** Null to begin anew. */
  remembered: RestlessRecord | null;
  /** Called when a motion was learned, and every hour. */
  onLearned(record: RestlessRecord): void;
}): RestlessPlaces {
  const trigger = createTrigger({ significanceThreshold: SEEN_SIGNIFICANCE });
  const movedMs = Float64Array.from(options.remembered?.movedMs ?? new Float64Array(CELLS));
  let watchedMs = options.remembered?.watchedMs ?? 0;
  let lastMs: number | null = null;
  let untoldMs = 0;

  const shareOf = (cell: number) => (movedMs[cell] as number) / (watchedMs + GIVEN_CALM_MS);
  const tell = (): void => {
    fade();
    options.onLearned({ watchedMs, movedMs: [...movedMs] });
  };
  const fade = (): void => {
    const left = Math.exp(-untoldMs / FADING_MS);
    watchedMs *= left;
    for (const [cell, moved] of movedMs.entries()) movedMs[cell] = moved * left;
    untoldMs = 0;
  };
  const watch = (nowMs: number): void => {
    const sinceMs = nowMs - (lastMs ?? nowMs);
    lastMs = nowMs;
    if (sinceMs <= 0 || sinceMs > GAP_MS) return;
    watchedMs += sinceMs;
    untoldMs += sinceMs;
    if (untoldMs >= TOLD_EVERY_MS) tell();
  };

  return {
    observe(frame, score) {
      watch(frame.timestampMs);
      const motion = trigger.observe(frame, score);
      if (motion?.type !== "ended" || travels(motion.path)) return;
      const perPointMs = (motion.endedAt - motion.startedAt) / motion.path.length;
      // A detector that begins anew draws a flag larger than one that knows its noise.
      for (const cell of motion.path.flatMap(({ box }) => toCellsAround(box))) {
        movedMs[cell] = (movedMs[cell] as number) + perPointMs;
      }
      tell();
    },
    restlessnessOf(box) {
      const cells = toCells(box);
      const sum = cells.reduce((total, cell) => total + toRestlessness(shareOf(cell)), 0);
      return sum / cells.length;
    },
    list: () =>
      Array.from(movedMs, (_, cell) => ({ box: toCellBox(cell), share: shareOf(cell) }))
        .filter(({ share }) => toRestlessness(share) > 0)
        .toSorted((one, other) => other.share - one.share),
  };
}

/** Whether the middle of what moved came from one place to another. */
function travels(path: readonly PathPoint[]): boolean {
  const across = path.map(({ box: [x, , width] }) => x + width / 2);
  const down = path.map(({ box: [, y, , height] }) => y + height / 2);
  const spread = (places: readonly number[]) => Math.max(...places) - Math.min(...places);
  return path.length === 0 || Math.max(spread(across), spread(down)) > SPREAD_MAX;
}

function toRestlessness(share: number): number {
  return Math.min(1, Math.max(0, (share - SHARE_CALM) / (SHARE_RESTLESS - SHARE_CALM)));
}

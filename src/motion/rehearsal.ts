/**
 * In: the frames of the last minutes, and a detector, attention and trigger of other settings. Out:
 * which events there would have been, and how much moved when, with reasons.
 * Never: IO, clocks. It gives way to others every few frames, because a camera that is watched must
 * not wait for one that is tried out.
 */
import type { Box, Frame } from "../camera/frame.ts";
import type { Attention } from "./attention.ts";
import type { MotionDetector, MotionScore } from "./detector.ts";
import { explain } from "./explanation.ts";
import { withLeadIn } from "./lead-in.ts";
import type { Motion } from "./motion.ts";
import type { Trigger } from "./trigger.ts";

export interface Rehearsal {
  frames: number;
  events: readonly RehearsedEvent[];
  /** Oldest first; the strongest frame of each stretch. */
  moments: readonly RehearsedMoment[];
}

export interface RehearsedEvent {
  startedAt: number;
  endedAt: number;
  /** Of the best frame, as are the score and the boxes. */
  peakAt: number;
  significance: number;
  confidence: number;
  boxes: readonly Box[];
  sentence: string;
}

export interface RehearsedMoment {
  at: number;
  significance: number;
  boxes: readonly Box[];
  /** What became of it, and why. */
  sentence: string;
  isEvent: boolean;
}

export interface RehearsalParts {
  detector: MotionDetector;
  attention: Pick<Attention, "weigh">;
  trigger: Trigger;
  significanceThreshold: number;
  framesPerSecond: number;
  mayBeginAt(epochMs: number): boolean;
  /** Resolves when others had their turn; rejects when nobody waits for the answer any more. */
  giveWay(): Promise<void>;
}

/** Enough for a plot as wide as a screen. */
const MOMENTS_MAX = 300;
const MOMENT_MS_MIN = 500;
const FRAMES_A_TURN = 20;

export async function rehearse(
  frames: readonly Frame[] | Iterable<Frame>,
  parts: RehearsalParts,
): Promise<Rehearsal> {
  const { detector, attention, trigger } = parts;
  const seen: Seen[] = [];
  const events: RehearsedEvent[] = [];
  const take = (motion: Motion | null): void => {
    if (motion?.type === "ended") events.push(toEvent(motion, parts.significanceThreshold));
  };
  for await (const frame of withLeadIn(inTurns(frames, parts.giveWay), parts)) {
    const score = attention.weigh(frame, detector.observe(frame));
    if (frame.settling) continue;
    seen.push({ at: frame.capturedAt, score });
    take(trigger.observe(frame, score));
  }
  take(trigger.interrupt());
  return { frames: seen.length, events, moments: toMoments(seen, events, parts) };
}

interface Seen {
  at: number;
  score: MotionScore;
}

async function* inTurns(
  frames: Iterable<Frame>,
  giveWay: () => Promise<void>,
): AsyncGenerator<Frame> {
  let sinceTurn = 0;
  for (const frame of frames) {
    sinceTurn += 1;
    if (sinceTurn % FRAMES_A_TURN === 0) await giveWay();
    yield frame;
  }
}

function toEvent(
  { startedAt, endedAt, best }: Extract<Motion, { type: "ended" }>,
  significanceThreshold: number,
): RehearsedEvent {
  const { significance, confidence, boxes } = best.score;
  const sentence = explain(best.score, significanceThreshold);
  const peakAt = best.frame.capturedAt;
  return { startedAt, endedAt, peakAt, significance, confidence, boxes, sentence };
}

function toMoments(
  seen: readonly Seen[],
  events: readonly RehearsedEvent[],
  parts: RehearsalParts,
): RehearsedMoment[] {
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last) return [];
  const stretchMs = Math.max(MOMENT_MS_MIN, (last.at - first.at) / MOMENTS_MAX);
  const strongest = new Map<number, Seen>();
  for (const moment of seen) {
    const stretch = Math.floor((moment.at - first.at) / stretchMs);
    const known = strongest.get(stretch);
    if (known && known.score.significance > moment.score.significance) continue;
    strongest.set(stretch, moment);
  }
  return [...strongest.values()].map(({ at, score }) => {
    const isEvent = events.some(({ startedAt, endedAt }) => startedAt <= at && at <= endedAt);
    const { significance, boxes } = score;
    return { at, significance, boxes, isEvent, sentence: tell({ at, score }, isEvent, parts) };
  });
}

function tell({ at, score }: Seen, isEvent: boolean, parts: RehearsalParts): string {
  const { significanceThreshold, mayBeginAt } = parts;
  const sentence = explain(score, significanceThreshold);
  if (isEvent || score.significance < significanceThreshold) return sentence;
  const reason = mayBeginAt(at)
    ? "it did not last long enough"
    : "at this hour nothing may become an event";
  return `${sentence} No event: ${reason}.`;
}

/**
 * In: each frame with its score. Out: began, peaked, ended.
 * Never: IO, clocks, logs. Durations are told by the frames' own steady time, wall times only
 * reported.
 *
 *   idle ── score >= threshold ──► armed ── a second such frame within 1 s ──► lasting   (began)
 *   armed ── 1 s without one ──► idle
 *   lasting ── score below half of the threshold ──► cooling
 *   cooling ── score above half of the threshold ──► lasting      the same motion goes on
 *   cooling ── 3 s calm ──► idle                                               (ended)
 *   lasting, cooling ── interrupt ──► idle                                     (ended)
 *
 * So a flicker of one frame is nothing, a mover that nearly stops stays one motion, and a second
 * walker within the cooldown joins the first. Cooling differs from lasting only in how long ago
 * the last motion was, so it has no state of its own. A motion may last for ever: what is kept of
 * it is bounded (one frame, a thinned path).
 *
 * A motion starts at its first moving frame, however faint, up to 2 s before it was significant;
 * it ends at its last, not when the cooldown is over.
 *
 * The best frame is the one with the most motion, where motion at the picture's border counts half:
 * a walker wholly inside beats a shoulder coming in. While a motion lasts, `peaked` tells of a
 * clearly better frame, at most once a second, and is settled after 8 s, or once 2.5 s have passed
 * without a better one. After that the best frame stays what it is.
 */
import type { Frame } from "../camera/frame.ts";
import type { MotionScore } from "./detector.ts";
import type { Motion, Sighting } from "./motion.ts";
import { createPath, type Path } from "./path.ts";

export interface Trigger {
  observe(frame: Frame, score: MotionScore): Motion | null;
  /** The camera went away or the daemon stops: an open motion ends at its last motion frame. */
  interrupt(): Motion | null;
}

const LEAD_MS = 2000;
const ARMED_MS = 1000;
const STAY_SHARE = 0.5;
const COOLDOWN_MS = 3000;
const BETTER_BY = 1.15;
const PEAK_PAUSE_MS = 1000;
const SETTLED_AFTER_MS = 8000;
const SETTLED_WITHOUT_BETTER_MS = 2500;
const BORDER_WEIGHT = 0.5;
/** Boxes end on whole blocks; closer to the border than this is at the border. */
const BORDER_WIDTH = 0.02;

type State = { type: "idle" } | { type: "armed"; sinceMs: number; best: Candidate } | Lasting;

interface Lasting {
  type: "lasting";
  startedAt: number;
  /** On the frames' steady time, as all that end in Ms here. */
  startedMs: number;
  lastMotionAt: number;
  lastMotionMs: number;
  best: Candidate;
  bestMs: number;
  /** What was last told to the outside, and when. */
  toldWorth: number;
  toldMs: number;
  settled: boolean;
  path: Path;
}

interface Candidate {
  sighting: Sighting;
  worth: number;
}

/** A moving frame of the last two seconds, before anything was significant. */
interface Lead {
  timestampMs: number;
  capturedAt: number;
  box: Sighting["score"]["boxes"][number];
}

export function createTrigger(options: { significanceThreshold: number }): Trigger {
  const { significanceThreshold } = options;
  let state: State = { type: "idle" };
  let leads: Lead[] = [];

  /** Idle or armed: waits for the second significant frame. */
  const watch = (frame: Frame, score: MotionScore): Motion | null => {
    leads = rememberLead(leads, frame, score);
    const isSignificant = score.significance >= significanceThreshold;
    const isHeld = state.type === "armed" && frame.timestampMs - state.sinceMs <= ARMED_MS;
    if (state.type === "armed" && !isHeld) state = { type: "idle" };
    if (!isSignificant) return null;

    const seen = toCandidate(frame, score);
    const best = state.type === "armed" ? better(state.best, seen) : seen;
    if (!isHeld) {
      state = { type: "armed", sinceMs: frame.timestampMs, best };
      return null;
    }
    const lasting = begin(frame, best, leads);
    state = lasting;
    leads = [];
    return { type: "began", startedAt: lasting.startedAt, best: best.sighting };
  };

  return {
    observe(frame, score) {
      if (state.type !== "lasting") return watch(frame, score);
      if (frame.timestampMs - state.lastMotionMs >= COOLDOWN_MS) {
        const ended = end(state);
        state = { type: "idle" };
        watch(frame, score);
        return ended;
      }
      const isMotion = score.significance > significanceThreshold * STAY_SHARE;
      if (isMotion) follow(state, frame, score);
      return tellOfPeak(state, frame.timestampMs);
    },
    interrupt() {
      const ended = state.type === "lasting" ? end(state) : null;
      state = { type: "idle" };
      leads = [];
      return ended;
    },
  };
}

function rememberLead(leads: Lead[], frame: Frame, score: MotionScore): Lead[] {
  const { timestampMs, capturedAt } = frame;
  const recent = leads.filter((lead) => timestampMs - lead.timestampMs <= LEAD_MS);
  const [box] = score.boxes;
  if (box) recent.push({ timestampMs, capturedAt, box });
  return recent;
}

function begin(frame: Frame, best: Candidate, leads: readonly Lead[]): Lasting {
  const path = createPath();
  for (const { capturedAt, box } of leads) path.add({ at: capturedAt, box });
  return {
    type: "lasting",
    startedAt: leads[0]?.capturedAt ?? frame.capturedAt,
    startedMs: leads[0]?.timestampMs ?? frame.timestampMs,
    lastMotionAt: frame.capturedAt,
    lastMotionMs: frame.timestampMs,
    best,
    bestMs: best.sighting.frame.timestampMs,
    toldWorth: best.worth,
    toldMs: frame.timestampMs,
    settled: false,
    path,
  };
}

function follow(motion: Lasting, frame: Frame, score: MotionScore): void {
  motion.lastMotionAt = frame.capturedAt;
  motion.lastMotionMs = frame.timestampMs;
  const [box] = score.boxes;
  if (box) motion.path.add({ at: frame.capturedAt, box });
  if (motion.settled) return;

  const seen = toCandidate(frame, score);
  if (seen.worth <= motion.best.worth) return;
  motion.best = seen;
  motion.bestMs = frame.timestampMs;
}

function tellOfPeak(motion: Lasting, nowMs: number): Motion | null {
  if (motion.settled) return null;
  motion.settled =
    nowMs - motion.startedMs >= SETTLED_AFTER_MS ||
    nowMs - motion.bestMs >= SETTLED_WITHOUT_BETTER_MS;
  const isClearlyBetter = motion.best.worth >= motion.toldWorth * BETTER_BY;
  const isTooSoon = nowMs - motion.toldMs < PEAK_PAUSE_MS;
  if (!motion.settled && (isTooSoon || !isClearlyBetter)) return null;

  motion.toldWorth = motion.best.worth;
  motion.toldMs = nowMs;
  return { type: "peaked", best: motion.best.sighting, settled: motion.settled };
}

function end(motion: Lasting): Motion {
  const { startedAt, lastMotionAt, best, path } = motion;
  // The wall clock may have been set back meanwhile; an event never ends before it started.
  const endedAt = Math.max(startedAt, lastMotionAt);
  return { type: "ended", startedAt, endedAt, best: best.sighting, path: path.points() };
}

function toCandidate(frame: Frame, score: MotionScore): Candidate {
  const [box] = score.boxes;
  const isAtBorder =
    box !== undefined &&
    (Math.min(box[0], box[1]) < BORDER_WIDTH ||
      Math.max(box[0] + box[2], box[1] + box[3]) > 1 - BORDER_WIDTH);
  const worth = score.area * (isAtBorder ? BORDER_WEIGHT : 1);
  return { sighting: { frame, score }, worth };
}

function better(one: Candidate, other: Candidate): Candidate {
  return other.worth > one.worth ? other : one;
}

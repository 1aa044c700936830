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
 * Outside of its hours nothing begins; what began in them goes on to its end. A motion that must
 * last longer to be told of is kept to itself until it has; then it is told with its true start.
 *
 * The best frame is the one with the most motion, where motion at the picture's border counts half:
 * a walker wholly inside beats a shoulder coming in. The frames of the last 2 s before the motion was
 * significant are among them: who flashed by was seen best before the second significant frame. While a motion lasts, `peaked` tells of a
 * clearly better frame, at most once a second, and is settled after 8 s, or once 2.5 s have passed
 * without a better one. After that the best frame stays what it is.
 *
 * What counts makes a motion begin. Once it lasts its mover is followed for up to 10 s to where it
 * does not count, as it is followed back to where it came from (approach.ts).
 */
import type { Box, Frame } from "../camera/frame.ts";
import {
  FOLLOWED_MS,
  LEAD_MS,
  type Lead,
  ofMotion,
  rememberLead,
  toPoints,
  traceBack,
} from "./approach.ts";
import type { MotionScore } from "./detector.ts";
import type { Motion, Sighting } from "./motion.ts";
import { createPath, type Path } from "./path.ts";

export interface Trigger {
  observe(frame: Frame, score: MotionScore): Motion | null;
  /** The camera went away or the daemon stops: an open motion ends at its last motion frame. */
  interrupt(): Motion | null;
  /** Other rules from the next frame on; a motion that lasts is judged by them and goes on. */
  retune(rules: TriggerRules): void;
}

export interface TriggerRules {
  significanceThreshold: number;
  /** How long a motion lasts before it is told of; at once when absent. */
  minDurationMs?: number;
  /** Whether a motion may begin at this wall time; always when absent. */
  mayBeginAt?: (epochMs: number) => boolean;
}

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

type State = { type: "idle" } | { type: "armed"; sinceMs: number } | Lasting;

interface Lasting {
  type: "lasting";
  startedAt: number;
  startedMs: number;
  /** On the frames' steady time, as all that end in Ms here. What came before it counted is no part. */
  sinceMs: number;
  lastMotionMs: number;
  /** Of the last frame in which something counted, and where the motion was last seen. */
  lastCountedMs: number;
  lastBoxes: readonly Box[];
  best: Candidate;
  bestMs: number;
  /** What was last told to the outside, and when; null while it is kept to itself. */
  told: { worth: number; atMs: number } | null;
  settled: boolean;
  path: Path;
  zones: Set<string>;
}

interface Candidate {
  sighting: Sighting;
  worth: number;
}

export function createTrigger(rules: TriggerRules): Trigger {
  let { significanceThreshold, minDurationMs = 0, mayBeginAt = () => true } = rules;
  let state: State = { type: "idle" };
  let leads: Lead[] = [];

  /** Idle or armed: waits for the second significant frame. */
  const watch = (frame: Frame, score: MotionScore): Motion | null => {
    if (!mayBeginAt(frame.capturedAt)) {
      state = { type: "idle" };
      leads = [];
      return null;
    }
    leads = rememberLead(leads, frame, score);
    const isSignificant = score.significance >= significanceThreshold;
    const isHeld = state.type === "armed" && frame.timestampMs - state.sinceMs <= ARMED_MS;
    if (state.type === "armed" && !isHeld) state = { type: "idle" };
    if (!isSignificant) return null;

    if (!isHeld) {
      state = { type: "armed", sinceMs: frame.timestampMs };
      return null;
    }
    state = begin({ frame, score }, traceBack(leads, significanceThreshold * STAY_SHARE));
    leads = [];
    return tellOfBeginning(state, frame.timestampMs, minDurationMs);
  };

  return {
    observe(frame, score) {
      if (state.type !== "lasting") return watch(frame, score);
      const nowMs = frame.timestampMs;
      if (nowMs - state.lastMotionMs >= COOLDOWN_MS) {
        const ended = end(state);
        state = { type: "idle" };
        watch(frame, score);
        return ended;
      }
      const isFollowed = nowMs - state.lastCountedMs <= FOLLOWED_MS;
      const seen = isFollowed ? ofMotion(score, state.lastBoxes) : score;
      if (seen.significance > significanceThreshold * STAY_SHARE) follow(state, frame, seen);
      return state.told ? tellOfPeak(state, nowMs) : tellOfBeginning(state, nowMs, minDurationMs);
    },
    interrupt() {
      const ended = state.type === "lasting" ? end(state) : null;
      state = { type: "idle" };
      leads = [];
      return ended;
    },
    retune(other) {
      ({ significanceThreshold, minDurationMs = 0, mayBeginAt = () => true } = other);
    },
  };
}

function begin(newest: Sighting, leads: readonly Lead[]): Lasting {
  const path = createPath();
  for (const point of leads.flatMap(toPoints)) path.add(point);
  const { timestampMs } = newest.frame;
  const first = leads[0]?.frame ?? newest.frame;
  const sinceMs = Math.max(first.timestampMs, timestampMs - LEAD_MS);
  const recent = leads.filter(({ frame }) => frame.timestampMs >= sinceMs);
  const best = [...recent, newest].map(toCandidate).reduce(better);
  return {
    type: "lasting",
    startedAt: first.capturedAt,
    startedMs: first.timestampMs,
    sinceMs,
    lastMotionMs: timestampMs,
    lastCountedMs: timestampMs,
    lastBoxes: leads.at(-1)?.score.boxes ?? [],
    best,
    bestMs: best.sighting.frame.timestampMs,
    told: null,
    settled: false,
    path,
    zones: new Set(leads.flatMap(({ score }) => toZones(score))),
  };
}

function tellOfBeginning(motion: Lasting, nowMs: number, minDurationMs: number): Motion | null {
  if (motion.lastMotionMs - motion.sinceMs < minDurationMs) return null;
  motion.told = { worth: motion.best.worth, atMs: nowMs };
  return { type: "began", startedAt: motion.startedAt, best: motion.best.sighting };
}

function follow(motion: Lasting, frame: Frame, score: MotionScore): void {
  motion.lastMotionMs = frame.timestampMs;
  motion.lastBoxes = score.boxes;
  const isCounted = score.movers.length === 0 || score.movers.some(({ counts }) => counts);
  if (isCounted) motion.lastCountedMs = frame.timestampMs;
  for (const zone of toZones(score)) motion.zones.add(zone);
  for (const point of toPoints({ frame, score })) motion.path.add(point);
  if (motion.settled) return;

  const seen = toCandidate({ frame, score });
  if (seen.worth <= motion.best.worth) return;
  motion.best = seen;
  motion.bestMs = frame.timestampMs;
}

function toZones({ movers }: MotionScore): string[] {
  return movers.flatMap(({ counts, zones }) => (counts ? zones : []));
}

function tellOfPeak(motion: Lasting, nowMs: number): Motion | null {
  const { told, best } = motion;
  if (motion.settled || !told) return null;
  motion.settled =
    nowMs - motion.sinceMs >= SETTLED_AFTER_MS ||
    nowMs - motion.bestMs >= SETTLED_WITHOUT_BETTER_MS;
  const isClearlyBetter = best.worth >= told.worth * BETTER_BY;
  const isTooSoon = nowMs - told.atMs < PEAK_PAUSE_MS;
  if (!motion.settled && (isTooSoon || !isClearlyBetter)) return null;

  motion.told = { worth: best.worth, atMs: nowMs };
  return { type: "peaked", best: best.sighting, settled: motion.settled };
}

/** Null when nobody was told that it began. */
function end(motion: Lasting): Motion | null {
  if (!motion.told) return null;
  const { startedAt, startedMs, lastMotionMs, best, path } = motion;
  // The wall clock may have been set meanwhile: how long it lasted is what the steady time says.
  const endedAt = startedAt + Math.round(lastMotionMs - startedMs);
  const zones = [...motion.zones];
  return { type: "ended", startedAt, endedAt, best: best.sighting, path: path.points(), zones };
}

function toCandidate(sighting: Sighting): Candidate {
  const { score } = sighting;
  const [box] = score.boxes;
  const isAtBorder =
    box !== undefined &&
    (Math.min(box[0], box[1]) < BORDER_WIDTH ||
      Math.max(box[0] + box[2], box[1] + box[3]) > 1 - BORDER_WIDTH);
  const worth = score.area * (isAtBorder ? BORDER_WEIGHT : 1);
  return { sighting, worth };
}

function better(one: Candidate, other: Candidate): Candidate {
  return other.worth > one.worth ? other : one;
}

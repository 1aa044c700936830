/**
 * In: the luma frames of one camera, in order. Out: that somebody, or something, took its sight away.
 * Never: IO, clocks, logs. All durations are of the frames' own time.
 *
 * The frames are looked at every two seconds (sketch.ts, likeness.ts, tamper-signs.ts). What is suspected
 * must be so at every look for a while before it is told, and meanwhile nothing is learned:
 *
 *   learning ── 10 s ──► calm ── suspected for some seconds ──► told                     (began)
 *   told ── the picture is back for 3 s, or another kind is suspected as long ──► calm   (ended)
 *   told ── neither so nor back for a minute ──► learning                                (ended)
 *   told moved ── two minutes ──► learning: from now on the new view is the normal one   (ended)
 */
import type { LumaFrame } from "./detector.ts";
import { compare, type Likeness } from "./likeness.ts";
import { createSketcher, learnSketch, type Sketch, type Sketcher } from "./sketch.ts";
import { createStillness, type Stillness } from "./stillness.ts";
import {
  isBack,
  isHardlyBlank,
  isPartBlank,
  isSprayed,
  isStillSo,
  readSign,
  type TamperKind,
} from "./tamper-signs.ts";

/** Wall times. Each `began` is followed by its `ended` before there is another. */
export type TamperNews =
  | { type: "began"; kind: TamperKind; startedAt: number }
  | { type: "ended"; endedAt: number };

export interface TamperWatch {
  observe(frame: TimedFrame): TamperNews | null;
}

export type TimedFrame = LumaFrame & { capturedAt: number };

/** A little less than two seconds, since frames do not come to the millisecond. */
const LOOK_EVERY_MS = 1_900;
/** Frames further apart say nothing of each other. */
const GAP_MAX_MS = 10_000;
const LESSONS_MS = 10_000;
const LEARN_OVER_MS = 60_000;
const FORGET_OVER_MS = 86_400_000;
const HOLD_MS: Readonly<Record<TamperKind, number>> = {
  covered: 4_000,
  moved: 6_000,
  out_of_focus: 6_000,
  // A lorry may come so near that its outline is not in the picture, but it drives on.
  sprayed: 20_000,
  // Stillness has a patience of its own.
  frozen: 0,
};
const BACK_FOR_MS = 3_000;
const UNCLEAR_FOR_MS = 60_000;
const NEW_VIEW_AFTER_MS = 120_000;
/** At a single one it may be the outline of whoever sprays. */
const EXPLAINED_LOOKS = 3;
/** Another picture or another light: what was known of the noise no longer holds. */
const UPHEAVAL = { lost: 0.5, shift: 20 };

export function createTamperWatch(): TamperWatch {
  let scene: Scene | null = null;
  return {
    observe(frame) {
      if (scene?.width === frame.width && scene.height === frame.height) {
        return observe(scene, frame);
      }
      const told = scene?.told;
      scene = createScene(frame);
      return told ? { type: "ended", endedAt: Math.max(told.startedAt, frame.capturedAt) } : null;
    },
  };
}

/** All that is remembered of what one camera shows. */
interface Scene {
  readonly width: number;
  readonly height: number;
  readonly sketcher: Sketcher;
  readonly stillness: Stillness;
  /** The last look, and its sketch; null at the start and after a gap. */
  frame: TimedFrame | null;
  sketch: Sketch | null;
  /** What the camera usually shows, and how long it was learned. */
  learned: Sketch | null;
  learnedMs: number;
  /** The least detail that each tile usually had, over days. */
  leastDetail: Float32Array;
  /** How many looks since a part of the picture went blank saw that it is not paint. */
  unlikePaint: number;
  suspicion: Suspicion | null;
  told: Told | null;
}

interface Suspicion {
  kind: TamperKind;
  sinceMs: number;
  startedAt: number;
}

interface Told extends Suspicion {
  toldMs: number;
  /** The last looks at which it was so, and at which the picture was not back. */
  lastSoMs: number;
  lastOddMs: number;
}

function createScene({ width, height }: TimedFrame): Scene {
  const sketcher = createSketcher(width, height);
  return {
    width,
    height,
    sketcher,
    stillness: createStillness(),
    frame: null,
    sketch: null,
    learned: null,
    learnedMs: 0,
    leastDetail: new Float32Array(sketcher.tiles).fill(Number.POSITIVE_INFINITY),
    unlikePaint: 0,
    suspicion: null,
    told: null,
  };
}

function observe(scene: Scene, frame: TimedFrame): TamperNews | null {
  const { frame: before, sketch: last } = scene;
  const gapMs = before ? frame.timestampMs - before.timestampMs : 0;
  if (before && gapMs < LOOK_EVERY_MS && !frame.settling) return null;
  if (!before || gapMs > GAP_MAX_MS || frame.settling) return beginAfterGap(scene, frame);

  const sketch = scene.sketcher.sketch(frame.luma, before.luma);
  scene.frame = frame;
  scene.sketch = sketch;
  if (!scene.learned || !last) {
    learn(scene, sketch, gapMs);
    return null;
  }
  const likeness = compare(sketch, last, scene.learned, scene.leastDetail);
  const { lost, shift, change } = likeness;
  const isUpheaval = lost >= UPHEAVAL.lost || shift >= UPHEAVAL.shift;
  const stillMs = scene.stillness.observe({ atMs: frame.timestampMs, change, isUpheaval });
  if (scene.learnedMs < LESSONS_MS) {
    learn(scene, sketch, gapMs);
    return null;
  }
  const past = { stillMs, isExplained: isExplained(scene, likeness) };
  const wasCalm = !scene.suspicion;
  suspect(scene, readSign(likeness, past), stillMs, frame);
  if (scene.told) return follow(scene, scene.told, { likeness, stillMs, frame });
  // A look late, because the first look at a change is half of what was before it.
  if (wasCalm && !scene.suspicion) learn(scene, last, gapMs);
  return accuse(scene, frame);
}

/** What was learned, suspected and told stays: a camera may be turned away while it is offline. */
function beginAfterGap(scene: Scene, frame: TimedFrame): null {
  scene.frame = frame.settling ? null : frame;
  scene.sketch = null;
  scene.stillness.reset();
  return null;
}

/**
 * A lorry comes with an outline, and lamps change all the picture. That is learned like anything else
 * and then looks like paint, so it is remembered for as long as the part is blank.
 */
function isExplained(scene: Scene, likeness: Likeness): boolean {
  if (isHardlyBlank(likeness)) scene.unlikePaint = 0;
  else if (isPartBlank(likeness) && !isSprayed(likeness)) scene.unlikePaint += 1;
  return scene.unlikePaint >= EXPLAINED_LOOKS;
}

/** All looks count alike at first; later the newer ones count more. */
function learn(scene: Scene, sketch: Sketch, gapMs: number): void {
  const learned = scene.learned ?? structuredClone(sketch);
  scene.learned = learned;
  scene.learnedMs += gapMs;
  learnSketch(learned, sketch, gapMs / Math.min(scene.learnedMs, LEARN_OVER_MS));
  if (scene.learnedMs < LESSONS_MS) return;

  const growth = 1 + gapMs / FORGET_OVER_MS;
  scene.leastDetail = scene.leastDetail.map((least, tile) =>
    Math.min(least * growth, learned.detail[tile] as number),
  );
}

function suspect(
  scene: Scene,
  kind: TamperKind | null,
  stillMs: number,
  { timestampMs, capturedAt }: TimedFrame,
): void {
  if (kind === scene.suspicion?.kind) return;
  const agoMs = kind === "frozen" ? stillMs : 0;
  scene.suspicion = kind && {
    kind,
    sinceMs: timestampMs - agoMs,
    startedAt: capturedAt - agoMs,
  };
}

function accuse(scene: Scene, frame: TimedFrame): TamperNews | null {
  const { suspicion } = scene;
  if (!suspicion || !isHeld(suspicion, frame)) return null;
  const nowMs = frame.timestampMs;
  scene.told = { ...suspicion, toldMs: nowMs, lastSoMs: nowMs, lastOddMs: nowMs };
  return { type: "began", kind: suspicion.kind, startedAt: suspicion.startedAt };
}

function isHeld({ kind, sinceMs }: Suspicion, { timestampMs }: TimedFrame): boolean {
  return timestampMs - sinceMs >= HOLD_MS[kind];
}

function follow(
  scene: Scene,
  told: Told,
  { likeness, stillMs, frame }: { likeness: Likeness; stillMs: number; frame: TimedFrame },
): TamperNews | null {
  const { suspicion } = scene;
  const nowMs = frame.timestampMs;
  const isSo = isStillSo(told.kind, likeness, stillMs);
  if (isSo) told.lastSoMs = nowMs;
  if (isSo || !isBack(likeness)) told.lastOddMs = nowMs;

  const isAnother = suspicion && suspicion.kind !== told.kind && isHeld(suspicion, frame);
  const isOver = isAnother || nowMs - told.lastOddMs >= BACK_FOR_MS;
  const isNormalNow = told.kind === "moved" && nowMs - told.toldMs >= NEW_VIEW_AFTER_MS;
  const isUnclear = nowMs - told.lastSoMs >= UNCLEAR_FOR_MS;
  if (!isOver && !isNormalNow && !isUnclear) return null;

  if (!isOver) {
    scene.learned = null;
    scene.learnedMs = 0;
    scene.leastDetail.fill(Number.POSITIVE_INFINITY);
    scene.suspicion = null;
  }
  scene.told = null;
  return { type: "ended", endedAt: Math.max(told.startedAt, frame.capturedAt) };
}

/**
 * In: the luma frames of one camera, in order. Out: what changed in each.
 * Never: IO, clocks, logs — same frames, same answer.
 *
 * How a frame is judged. Each step answers one way in which a plain frame difference is fooled:
 *
 * 0. A picture that shakes is pushed back to where its background lies (shake.ts).
 * 1. The light of the whole picture is taken off (exposure.ts): clouds, exposure control.
 * 2. A pixel has changed when it lies outside the range of the learned background among its 3x3
 *    neighbours (an edge that sways by a pixel stays inside) by more than its own learned noise.
 * 3. Changed pixels are counted in blocks of 8x8. A block that changes most of the time (leaves,
 *    water, a burned-in clock) needs ever more pixels to count.
 * 4. Sudden changes of the light are sat out (exposure.ts); a thing that covers half of the picture
 *    at once is told from them (sudden-mover.ts). What a lamp lights in a part of it is background at
 *    once (lamps.ts).
 * 5. Blocks that touch form blobs. A blob is a candidate when enough of its pixels changed and some
 *    of them also differ from the last frame: what was merely left behind, a parked car or the
 *    ghost of one that drove away, does not.
 * 6. A candidate grows older while it overlaps a candidate of the last frame or, if large, can have
 *    leapt from one; one that pauses grows younger. From the second frame on it is a mover. Noise
 *    and rain do not stay in place.
 * 7. The background and the noise learn: calm pixels at the reference rate, changed ones slower.
 *
 * Two seconds of frames teach before anything is scored, at the start and after each reconnect.
 * Sizes: width a multiple of 16 and height of 8 are used in full; otherwise up to 7 columns and
 * rows on the right and at the bottom are cropped. A picture smaller than a block is never scored.
 */
import type { Box } from "../camera/frame.ts";
import { sumUp } from "./attention.ts";
import type { Blob } from "./blobs.ts";
import type {
  DetectorOptions,
  LumaFrame,
  MotionReason,
  MotionScore,
  Mover,
  TunableDetector,
} from "./detector.ts";
import { createExposureMeter, type ExposureMeter } from "./exposure.ts";
import { createFastestKernel } from "./fastest-kernel.ts";
import { BLOCK, type Kernel, type KernelMaker, type Limits, type Planes } from "./kernel.ts";
import { createLamps, type Lamps } from "./lamps.ts";
import { toVisiblePixels } from "./mask.ts";
import { reachesFar, steady } from "./shake.ts";
import { type MoverMeasures, toConfidence, toSignificance } from "./significance.ts";
import { type Candidate, createTracker, type Tracker } from "./tracker.ts";
import { type Tuning, toTuning } from "./tuning.ts";
import { changeVisible, learnAtOnce } from "./unmasking.ts";

const FIRST_NOISE = 4;
/** What being restless all the time costs a block, in pixels. */
const RESTLESS_PIXELS = 50;
/** When more of the blocks changed in the last frame, the next may have to be steadied. */
const SHAKING_SHARE = 0.03;
/** When so many more of them changed than in the last frame, it may be the light of a lamp. */
const SUDDEN_SHARE = 0.06;

export function createFrameDifference(
  options: DetectorOptions,
  createKernel: KernelMaker = createFastestKernel,
): TunableDetector {
  let inForce = options;
  let scene = createScene(inForce, createKernel, inForce);
  return {
    observe(frame) {
      const { width, height } = scene.kernel.planes;
      if (frame.width !== width || frame.height !== height) {
        scene = createScene(inForce, createKernel, frame);
      }
      return observe(scene, frame);
    },
    retune(settings) {
      inForce = { ...inForce, ...settings };
      retune(scene, inForce);
    },
  };
}

/** All that is remembered of what one camera shows. */
interface Scene {
  kernel: Kernel;
  exposure: ExposureMeter;
  tuning: Tuning;
  /** Frames still to be learned from before any is scored. */
  teaching: number;
  wasSettling: boolean;
  sinceSlowLesson: number;
  /** Share of the visible blocks that changed in the last frame. */
  changedShare: number;
  /** Pixels that were masked until now. */
  unlearned: readonly number[];
  visibleBlocks: number;
  /** Per block: whether it counts, how restless it is. */
  on: Uint8Array;
  restless: Float32Array;
  tracker: Tracker;
  lamps: Lamps;
}

function createScene(
  options: DetectorOptions,
  createKernel: KernelMaker,
  { width, height }: Pick<LumaFrame, "width" | "height">,
): Scene {
  const kernel = createKernel(width, height, toVisiblePixels(width, height, options.masks));
  const { planes } = kernel;
  const blocks = planes.columns * planes.rows;
  const tuning = toTuning(options);
  return {
    kernel,
    exposure: createExposureMeter(options.framesPerSecond),
    tuning,
    teaching: tuning.teachingFrames,
    wasSettling: false,
    sinceSlowLesson: 0,
    changedShare: 0,
    unlearned: [],
    visibleBlocks: countVisibleBlocks(planes),
    on: new Uint8Array(blocks),
    restless: new Float32Array(blocks),
    tracker: createTracker(planes, tuning),
    lamps: createLamps(),
  };
}

/** What was learned stays; who moves is followed anew, which takes two frames. */
function retune(scene: Scene, options: DetectorOptions): void {
  const { planes } = scene.kernel;
  const visible = toVisiblePixels(planes.width, planes.height, options.masks);
  const unlearned = [...scene.unlearned, ...changeVisible(planes, visible)];
  scene.unlearned = unlearned.filter((pixel) => planes.visible[pixel] !== 0);
  scene.visibleBlocks = countVisibleBlocks(planes);
  scene.tuning = toTuning(options);
  scene.tracker = createTracker(planes, scene.tuning);
}

function countVisibleBlocks({ visibleCounts }: Planes): number {
  return visibleCounts.filter((pixels) => pixels > 0).length;
}

function observe(scene: Scene, frame: LumaFrame): MotionScore {
  const { kernel, exposure, tuning } = scene;
  const { planes } = kernel;
  learnUnmasked(scene, frame);
  const mayShake = scene.changedShare > SHAKING_SHARE && reachesFar(planes, tuning.blockPixels);
  kernel.load(mayShake ? steady(frame.luma, planes, exposure.offset()) : frame.luma);
  if (scene.visibleBlocks === 0) return nothing("masked");
  if (beginsTeaching(scene, frame)) return takeAsBackground(scene);

  const light = exposure.measure(planes);
  const { offset, offsetStep } = light;
  const limits: Limits = { offset, offsetStep, floor: tuning.floor, margin: tuning.margin };
  kernel.mark(limits);
  const share = countChangedBlocks(scene);
  const grownBy = share - scene.changedShare;
  scene.changedShare = share;

  const isTeaching = frame.settling || scene.teaching > 0;
  if (isTeaching) {
    scene.teaching = Math.max(0, scene.teaching - 1);
    scene.tracker.reset();
    kernel.learn({ changedTeachBackground: true, changedTeachNoise: false });
    return nothing("settling");
  }

  const upheaval = exposure.judge(light, share, planes);
  if (upheaval !== "steady") {
    scene.tracker.reset();
    kernel.learn({ changedTeachBackground: true, changedTeachNoise: false });
    const isNewPicture = share > 0.25 || Math.abs(light.offset) > 10;
    if (upheaval === "resting" && isNewPicture) planes.background.set(planes.current);
    return nothing("whole-picture-changed");
  }

  if (grownBy >= SUDDEN_SHARE) leaveOut(scene, scene.lamps.take(planes, offset));
  const candidates = scene.tracker.follow(scene.on, planes);
  const score = toScore(scene, candidates, limits);
  learnCalmly(scene);
  return score;
}

function learnUnmasked(scene: Scene, { luma }: LumaFrame): void {
  if (scene.unlearned.length === 0) return;
  learnAtOnce(scene.kernel.planes, luma, scene.unlearned, FIRST_NOISE);
  scene.unlearned = [];
}

function leaveOut({ on }: Scene, blocks: readonly number[]): void {
  for (const block of blocks) on[block] = 0;
}

/** True for the first frame of all, and for the first one after a reconnect. */
function beginsTeaching(scene: Scene, frame: LumaFrame): boolean {
  const isFirst = scene.teaching === scene.tuning.teachingFrames;
  const isReconnect = frame.settling && !scene.wasSettling;
  scene.wasSettling = frame.settling;
  return isFirst || isReconnect;
}

function takeAsBackground(scene: Scene): MotionScore {
  const { exposure, tuning } = scene;
  const { planes } = scene.kernel;
  scene.changedShare = 0;
  planes.background.set(planes.current);
  planes.previous.set(planes.current);
  planes.noise.fill(FIRST_NOISE);
  scene.teaching = tuning.teachingFrames - 1;
  scene.tracker.reset();
  exposure.reset();
  return nothing("settling");
}

/** Also learns which blocks are restless. Answers the share of visible blocks that changed. */
function countChangedBlocks(scene: Scene): number {
  const { tuning, on, restless } = scene;
  const { changedCounts } = scene.kernel.planes;
  let changedBlocks = 0;
  for (let block = 0; block < changedCounts.length; block += 1) {
    const pixels = changedCounts[block] as number;
    const habit = restless[block] as number;
    const isChanged = pixels >= tuning.blockPixels;
    const pace = isChanged ? tuning.restlessUp : tuning.restlessDown;
    on[block] = pixels >= tuning.blockPixels + habit * RESTLESS_PIXELS ? 1 : 0;
    restless[block] = habit + ((isChanged ? 1 : 0) - habit) * pace;
    if (isChanged) changedBlocks += 1;
  }
  return changedBlocks / scene.visibleBlocks;
}

function toScore(scene: Scene, candidates: readonly Candidate[], limits: Limits): MotionScore {
  const movers = candidates
    .filter((candidate) => candidate.age >= scene.tuning.moverAge)
    .sort((a, b) => b.changed - a.changed);
  if (movers.length === 0) return nothing(candidates.length > 0 ? "not-yet-coherent" : "quiet");

  const scored = movers.map((mover) => toMover(scene, mover, limits));
  return { ...sumUp(scored), why: "moving", movers: scored };
}

function toMover({ kernel, tuning }: Scene, candidate: Candidate, limits: Limits): Mover {
  const { planes } = kernel;
  const area = candidate.changed / (planes.width * planes.height);
  const measures: MoverMeasures = {
    area: area / tuning.areaScale,
    movedShare: candidate.moved / candidate.changed,
    contrast: measureContrast(kernel, candidate, limits),
    ageSeconds: candidate.age / tuning.framesPerSecond,
    rarity: 1,
  };
  return {
    box: toBox(planes, candidate.blob),
    area,
    significance: toSignificance(measures),
    confidence: toConfidence(measures),
    measures,
    counts: true,
    zones: [],
  };
}

function measureContrast(kernel: Kernel, { blob, changed }: Candidate, limits: Limits): number {
  let sum = 0;
  for (const block of blob.blocks) sum += kernel.sumContrast(block, limits);
  return sum / changed;
}

/** Calm pixels learn at every frame; what has changed is only believed bit by bit. */
function learnCalmly(scene: Scene): void {
  scene.sinceSlowLesson += 1;
  const isSlowLesson = scene.sinceSlowLesson >= scene.tuning.slowLessonEvery;
  if (isSlowLesson) scene.sinceSlowLesson = 0;
  scene.kernel.learn({ changedTeachBackground: isSlowLesson, changedTeachNoise: isSlowLesson });
}

function toBox(planes: Planes, blob: Blob): Box {
  return [
    (blob.left * BLOCK) / planes.width,
    (blob.top * BLOCK) / planes.height,
    ((blob.right - blob.left + 1) * BLOCK) / planes.width,
    ((blob.bottom - blob.top + 1) * BLOCK) / planes.height,
  ];
}

function nothing(why: MotionReason): MotionScore {
  return { significance: 0, confidence: 0, boxes: [], area: 0, why, movers: [] };
}

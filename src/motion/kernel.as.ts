/**
 * The SIMD twin of plain-kernel.ts, in AssemblyScript: TypeScript to the eye, WebAssembly to the
 * machine, 16 pixels an instruction. It answers byte for byte what the plain twin answers, and what
 * each step means is told there. `npm run build:kernel` compiles it into kernel-code.ts.
 *
 * Each kernel has an instance and a memory of its own, so the addresses below belong to one camera.
 * Levels are bytes and saturate where the plain twin goes on counting. That is the same wherever
 * only "above zero" or "above the threshold" is asked, and never done in the middle of a sum.
 * Inside a loop an address is advanced rather than computed: reading these variables costs as much
 * as the work on the pixels.
 */

let width: i32 = 0;
let height: i32 = 0;
let visible: usize = 0;
let current: usize = 0;
let previous: usize = 0;
let background: usize = 0;
let noise: usize = 0;
let excess: usize = 0;
let changed: usize = 0;
let differences: usize = 0;
let changedCounts: usize = 0;
let movedCounts: usize = 0;

const LANES: i32 = 16;
const BLOCK: i32 = 8;

/** Told once where the planes lie; the width is a multiple of 16. */
export function placePicture(
  ofWidth: i32,
  ofHeight: i32,
  atVisible: usize,
  atCurrent: usize,
  atPrevious: usize,
  atBackground: usize,
): void {
  width = ofWidth;
  height = ofHeight;
  visible = atVisible;
  current = atCurrent;
  previous = atPrevious;
  background = atBackground;
}

/** Told once, as well. */
export function placeFindings(
  atNoise: usize,
  atExcess: usize,
  atChanged: usize,
  atDifferences: usize,
  atChangedCounts: usize,
  atMovedCounts: usize,
): void {
  noise = atNoise;
  excess = atExcess;
  changed = atChanged;
  differences = atDifferences;
  changedCounts = atChangedCounts;
  movedCounts = atMovedCounts;
}

/** Blackens the masked pixels of the current frame and sums its differences over each block. */
export function load(): void {
  for (let x: i32 = 0; x < width; x += LANES) loadStrip(x);
}

function loadStrip(x: i32): void {
  const stride: usize = width;
  const rows = height;
  const toVisible = visible - current;
  const toBackground = background - current;
  let at = current + x;
  let sums = i16x8.splat(0);
  for (let y: i32 = 0; y < rows; y += 1, at += stride) {
    const level = v128.and(v128.load(at), v128.load(at + toVisible));
    const learned = v128.load(at + toBackground);
    v128.store(at, level);
    sums = i16x8.add(sums, i16x8.extadd_pairwise_i8x16_u(level));
    sums = i16x8.sub(sums, i16x8.extadd_pairwise_i8x16_u(learned));
    if ((y & (BLOCK - 1)) !== BLOCK - 1) continue;

    const quarters = i32x4.extadd_pairwise_i16x8_s(sums);
    const left = i32x4.extract_lane(quarters, 0) + i32x4.extract_lane(quarters, 1);
    const right = i32x4.extract_lane(quarters, 2) + i32x4.extract_lane(quarters, 3);
    const block: usize = blockAt(x, y);
    store<i32>(differences + 4 * block, left);
    store<i32>(differences + 4 * block + 4, right);
    sums = i16x8.splat(0);
  }
}

export function mark(offset: i32, offsetStep: i32, floor: i32, margin: i32): void {
  for (let x: i32 = 0; x < width; x += LANES) {
    markStrip(
      x,
      i8x16.splat(<i8>max(offset, 0)),
      i8x16.splat(<i8>max(-offset, 0)),
      i8x16.splat(<i8>max(offsetStep, 0)),
      i8x16.splat(<i8>max(-offsetStep, 0)),
      i8x16.splat(<i8>floor),
      i8x16.splat(<i8>margin),
    );
  }
}

/**
 * Down a strip of 16 columns. The darkest and brightest neighbours in a row are found once and kept
 * for the two rows below, so the walk is a row ahead of the pixels that it marks.
 */
function markStrip(
  x: i32,
  brighter: v128,
  darker: v128,
  stepBrighter: v128,
  stepDarker: v128,
  floor: v128,
  margin: v128,
): void {
  const one = i8x16.splat(1);
  const stride: usize = width;
  const rows = height;
  const isFirst = x === 0;
  const isLast = x === width - LANES;
  const fromBackground = background;
  const toVisible = visible - fromBackground;
  const toCurrent = current - fromBackground;
  const toPrevious = previous - fromBackground;
  const toNoise = noise - fromBackground;
  const toExcess = excess - fromBackground;
  const toChanged = changed - fromBackground;
  let at = fromBackground + x;
  let row = at;
  let lowAbove = i8x16.splat(0);
  let highAbove = lowAbove;
  let lowHere = lowAbove;
  let highHere = lowAbove;
  let changedSums = lowAbove;
  let movedSums = lowAbove;

  for (let ahead: i32 = -1; ahead <= rows; ahead += 1) {
    const middle = v128.load(row);
    const left = loadLeft(row, middle, isFirst);
    const right = loadRight(row, middle, isLast);
    const lowBelow = i8x16.min_u(i8x16.min_u(left, right), middle);
    const highBelow = i8x16.max_u(i8x16.max_u(left, right), middle);

    if (ahead > 0) {
      const level = v128.load(at + toCurrent);
      const low = i8x16.min_u(i8x16.min_u(lowAbove, lowHere), lowBelow);
      const high = i8x16.max_u(i8x16.max_u(highAbove, highHere), highBelow);
      const above = toDistance(level, high, darker, brighter);
      const below = toDistance(low, level, brighter, darker);
      const outside = v128.and(v128.or(above, below), v128.load(at + toVisible));

      const stray = v128.load(at + toNoise);
      const doubled = i8x16.add_sat_u(stray, stray);
      const threshold = i8x16.max_u(floor, i8x16.add_sat_u(doubled, margin));
      const isChanged = i8x16.min_u(i8x16.sub_sat_u(outside, threshold), one);
      v128.store(at + toExcess, outside);
      v128.store(at + toChanged, isChanged);

      // Most of a picture is calm, and what has not changed cannot have moved.
      if (v128.any_true(isChanged)) {
        const before = v128.load(at + toPrevious);
        const rise = toDistance(level, before, stepDarker, stepBrighter);
        const fall = toDistance(before, level, stepBrighter, stepDarker);
        const step = i8x16.sub_sat_u(v128.or(rise, fall), threshold);
        changedSums = i8x16.add(changedSums, isChanged);
        movedSums = i8x16.add(movedSums, i8x16.min_u(step, isChanged));
      }
      if ((ahead & (BLOCK - 1)) === 0) {
        storeCounts(changedCounts + blockAt(x, ahead - 1), changedSums);
        storeCounts(movedCounts + blockAt(x, ahead - 1), movedSums);
        changedSums = i8x16.splat(0);
        movedSums = i8x16.splat(0);
      }
      at += stride;
    }
    if (ahead >= 0 && ahead < rows - 1) row += stride;
    lowAbove = lowHere;
    highAbove = highHere;
    lowHere = lowBelow;
    highHere = highBelow;
  }
}

/**
 * one + more - (other + less), or 0 below it. Of one - other and other - one at least one is 0, and
 * so is more or less, hence nothing saturates but what is above 255 in the end.
 */
function toDistance(one: v128, other: v128, more: v128, less: v128): v128 {
  const gain = i8x16.add_sat_u(i8x16.sub_sat_u(one, other), more);
  return i8x16.sub_sat_u(gain, i8x16.add_sat_u(i8x16.sub_sat_u(other, one), less));
}

/** Beyond the rim there is nothing, so the pixel at the rim stands for its own neighbour. */
function loadLeft(row: usize, middle: v128, isRim: bool): v128 {
  if (!isRim) return v128.load(row - 1);
  return v128.shuffle<u8>(middle, middle, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
}

function loadRight(row: usize, middle: v128, isRim: bool): v128 {
  if (!isRim) return v128.load(row + 1);
  return v128.shuffle<u8>(middle, middle, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15);
}

/** Two blocks lie side by side in a strip. */
function storeCounts(at: usize, sums: v128): void {
  const quarters = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(sums));
  const left = i32x4.extract_lane(quarters, 0) + i32x4.extract_lane(quarters, 1);
  const right = i32x4.extract_lane(quarters, 2) + i32x4.extract_lane(quarters, 3);
  store<u8>(at, <u8>left);
  store<u8>(at + 1, <u8>right);
}

export function learn(changedTeachBackground: bool, changedTeachNoise: bool): void {
  const one = i8x16.splat(1);
  const backgroundGate = i8x16.splat(changedTeachBackground ? 0 : 1);
  const noiseGate = i8x16.splat(changedTeachNoise ? 0 : 1);
  const toCurrent = current - background;
  const toNoise = noise - background;
  const toExcess = excess - background;
  const toChanged = changed - background;
  const end: usize = background + width * height;
  for (let at = background; at < end; at += LANES) {
    const isChanged = v128.load(at + toChanged);
    const backgroundPace = v128.andnot(one, v128.and(isChanged, backgroundGate));
    v128.store(at, towards(v128.load(at), v128.load(at + toCurrent), backgroundPace));

    const outside = v128.load(at + toExcess);
    const doubled = i8x16.add_sat_u(outside, outside);
    const noisePace = v128.andnot(one, v128.and(isChanged, noiseGate));
    v128.store(at + toNoise, towards(v128.load(at + toNoise), doubled, noisePace));
  }
}

/** The pace is 1 or 0. */
function towards(value: v128, target: v128, pace: v128): v128 {
  const up = i8x16.min_u(i8x16.sub_sat_u(target, value), pace);
  const down = i8x16.min_u(i8x16.sub_sat_u(value, target), pace);
  return i8x16.sub(i8x16.add(value, up), down);
}

/** Adds in the plain twin's order, so that not even the last bit of the sum differs. */
export function sumContrast(block: i32, floor: i32, margin: i32): f64 {
  const columns = width / BLOCK;
  const first = (block / columns) * BLOCK * width + (block % columns) * BLOCK;
  let sum: f64 = 0;
  for (let y: i32 = 0; y < BLOCK; y += 1) {
    const row: usize = first + y * width;
    for (let marks = loadMarks(row); marks !== 0; marks &= marks - 1) {
      // One bit a pixel, eight apart, the leftmost pixel's lowest.
      const at: usize = row + <usize>(ctz(marks) >> 3);
      const threshold = max(floor, 2 * <i32>loadByte(noise + at) + margin);
      sum += <f64>loadByte(excess + at) / <f64>threshold;
    }
  }
  return sum;
}

function loadMarks(row: usize): u64 {
  return i64.load(changed + row);
}

function loadByte(at: usize): u8 {
  return <u8>i32.load8_u(at);
}

function blockAt(x: i32, y: i32): usize {
  return (y / BLOCK) * (width / BLOCK) + x / BLOCK;
}

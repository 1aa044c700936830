/**
 * The loops that touch every pixel, and nothing else: what they mean is told in frame-difference.ts.
 * Plain indexed loops over byte planes, so that a SIMD twin can stand behind the same functions.
 * `as number` throughout: every index is bounded by the plane's own length.
 */

/** Blocks are BLOCK x BLOCK pixels; what is left over on the right and below is never looked at. */
export const BLOCK = 8;

export interface Planes {
  width: number;
  height: number;
  /** Whole blocks across and down. */
  columns: number;
  rows: number;
  /** 1 where a pixel counts, 0 where it is masked. */
  visible: Uint8Array;
  /** Visible pixels of each block. */
  visibleCounts: Uint8Array;
  current: Uint8Array;
  previous: Uint8Array;
  /** The learned picture, and how far each pixel usually strays from it (doubled). */
  background: Uint8Array;
  noise: Uint8Array;
  /** Scratch, one row: darkest and brightest background level of a pixel, above and below it. */
  columnLow: Uint8Array;
  columnHigh: Uint8Array;
  /** Scratch, one row: the same among a pixel and all its eight neighbours. */
  rangeLow: Uint8Array;
  rangeHigh: Uint8Array;
  /** How far a pixel lies outside that range. */
  excess: Uint8Array;
  /** 1 where a pixel differs from the background; and where it also differs from the last frame. */
  changed: Uint8Array;
  moved: Uint8Array;
}

export interface Limits {
  /** What the whole picture brightened by, against the background and against the last frame. */
  offset: number;
  offsetStep: number;
  /** A pixel has changed when its excess is above max(floor, noise + margin); noise is doubled. */
  floor: number;
  margin: number;
}

export function createPlanes(width: number, height: number, visible: Uint8Array): Planes {
  const columns = Math.floor(width / BLOCK);
  const rows = Math.floor(height / BLOCK);
  const plane = () => new Uint8Array(width * height);
  const planes: Planes = {
    width,
    height,
    columns,
    rows,
    visible,
    visibleCounts: new Uint8Array(columns * rows),
    current: plane(),
    previous: plane(),
    background: plane(),
    noise: plane(),
    columnLow: new Uint8Array(width),
    columnHigh: new Uint8Array(width),
    rangeLow: new Uint8Array(width),
    rangeHigh: new Uint8Array(width),
    excess: plane(),
    changed: plane(),
    moved: plane(),
  };
  countBlocks(planes, visible, planes.visibleCounts);
  return planes;
}

/** Takes a frame in; masked pixels become black and stay so, hence can never differ. */
export function loadFrame(planes: Planes, luma: Uint8Array): void {
  const { current, previous, visible } = planes;
  previous.set(current);
  for (let i = 0; i < current.length; i += 1) {
    current[i] = (luma[i] as number) * (visible[i] as number);
  }
}

/** Marks the changed pixels against the background as it was learned up to the last frame. */
export function markChanges(planes: Planes, limits: Limits): void {
  for (let y = 0; y < planes.height; y += 1) {
    findColumnRange(planes, y);
    findRowRange(planes);
    markRow(planes, limits, y);
  }
}

export interface Lesson {
  /** Whether changed pixels pull the background towards them, too. */
  changedTeachBackground: boolean;
  /** Whether changed pixels count as noise, too: what never stops changing is noise in the end. */
  changedTeachNoise: boolean;
}

/** Moves background and noise one grey level towards what was seen (a sigma-delta filter). */
export function learn(planes: Planes, lesson: Lesson): void {
  const { current, background, noise, excess, changed } = planes;
  const backgroundGate = lesson.changedTeachBackground ? 2 : 1;
  const noiseGate = lesson.changedTeachNoise ? 2 : 1;
  for (let i = 0; i < current.length; i += 1) {
    const isChanged = changed[i] as number;
    if (isChanged < backgroundGate) {
      background[i] = towards(background[i] as number, current[i] as number);
    }
    if (isChanged < noiseGate) {
      noise[i] = towards(noise[i] as number, Math.min(255, 2 * (excess[i] as number)));
    }
  }
}

/** Sums a plane of zeros and ones over each block. */
export function countBlocks(planes: Planes, plane: Uint8Array, into: Uint8Array): void {
  const { width, columns, rows } = planes;
  for (let block = 0; block < columns * rows; block += 1) {
    let pixel = firstPixel(block, columns, width);
    let sum = 0;
    for (let y = 0; y < BLOCK; y += 1, pixel += width) {
      for (let x = 0; x < BLOCK; x += 1) sum += plane[pixel + x] as number;
    }
    into[block] = sum;
  }
}

/** Sums current minus background over each block. */
export function sumBlockDifferences(planes: Planes, into: Int32Array): void {
  const { width, columns, rows, current, background } = planes;
  for (let block = 0; block < columns * rows; block += 1) {
    let pixel = firstPixel(block, columns, width);
    let sum = 0;
    for (let y = 0; y < BLOCK; y += 1, pixel += width) {
      for (let x = 0; x < BLOCK; x += 1) {
        sum += (current[pixel + x] as number) - (background[pixel + x] as number);
      }
    }
    into[block] = sum;
  }
}

/** Sums, over the changed pixels of one block, excess over threshold: how clear the change is. */
export function sumContrast(planes: Planes, block: number, limits: Limits): number {
  const { width, columns, excess, noise, changed } = planes;
  let pixel = firstPixel(block, columns, width);
  let sum = 0;
  for (let y = 0; y < BLOCK; y += 1, pixel += width) {
    for (let x = pixel; x < pixel + BLOCK; x += 1) {
      if (changed[x] === 0) continue;
      const threshold = Math.max(limits.floor, 2 * (noise[x] as number) + limits.margin);
      sum += (excess[x] as number) / threshold;
    }
  }
  return sum;
}

function findColumnRange(planes: Planes, y: number): void {
  const { width, height, background, columnLow, columnHigh } = planes;
  const here = y * width;
  const above = y > 0 ? here - width : here;
  const under = y < height - 1 ? here + width : here;
  for (let x = 0; x < width; x += 1) {
    const a = background[above + x] as number;
    const b = background[here + x] as number;
    const c = background[under + x] as number;
    columnLow[x] = Math.min(a, b, c);
    columnHigh[x] = Math.max(a, b, c);
  }
}

/** Widens the column range by the neighbours left and right; beyond the rim there is nothing. */
function findRowRange({ width, columnLow, columnHigh, rangeLow, rangeHigh }: Planes): void {
  let [lowLeft, highLeft] = [columnLow[0] as number, columnHigh[0] as number];
  let [low, high] = [lowLeft, highLeft];
  for (let x = 0; x < width; x += 1) {
    const right = x < width - 1 ? x + 1 : x;
    const lowRight = columnLow[right] as number;
    const highRight = columnHigh[right] as number;
    rangeLow[x] = Math.min(lowLeft, low, lowRight);
    rangeHigh[x] = Math.max(highLeft, high, highRight);
    lowLeft = low;
    highLeft = high;
    low = lowRight;
    high = highRight;
  }
}

function markRow(planes: Planes, limits: Limits, y: number): void {
  const { width, visible, current, previous, noise, excess, changed, moved } = planes;
  const { rangeLow, rangeHigh } = planes;
  const { offset, offsetStep, floor, margin } = limits;
  for (let x = 0, i = y * width; x < width; x += 1, i += 1) {
    const level = current[i] as number;
    const above = level - (rangeHigh[x] as number) - offset;
    const below = (rangeLow[x] as number) + offset - level;
    const outside = Math.min(Math.max(above, below, 0), 255) * (visible[i] as number);
    const threshold = Math.max(floor, 2 * (noise[i] as number) + margin);
    const step = level - (previous[i] as number) - offsetStep;
    const isChanged = outside > threshold;
    excess[i] = outside;
    changed[i] = isChanged ? 1 : 0;
    moved[i] = isChanged && Math.abs(step) > threshold ? 1 : 0;
  }
}

function towards(value: number, target: number): number {
  if (value < target) return value + 1;
  return value > target ? value - 1 : value;
}

function firstPixel(block: number, columns: number, width: number): number {
  return Math.floor(block / columns) * BLOCK * width + (block % columns) * BLOCK;
}

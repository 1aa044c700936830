/**
 * The kernel in plain TypeScript: what runs where there is no SIMD, and the oracle of its twin's
 * tests. `as number` throughout: every index is bounded by the plane's own length.
 */
import {
  BLOCK,
  createPlanes,
  type Kernel,
  type Lesson,
  type Limits,
  type Planes,
} from "./kernel.ts";

export function createPlainKernel(width: number, height: number, visible: Uint8Array): Kernel {
  const planes = createPlanes(width, height, visible);
  const scratch = createScratch(planes);
  return {
    planes,
    load(luma) {
      takeFrame(planes, luma);
      sumDifferences(planes);
    },
    mark(limits) {
      for (let y = 0; y < height; y += 1) {
        findColumnRange(planes, scratch, y);
        findRowRange(width, scratch);
        markRow(planes, scratch, limits, y);
      }
      countBlocks(planes, planes.changed, planes.changedCounts);
      countBlocks(planes, scratch.moved, planes.movedCounts);
    },
    learn(lesson) {
      learn(planes, lesson);
    },
    sumContrast(block, limits) {
      return sumContrast(planes, block, limits);
    },
  };
}

interface Scratch {
  /** One row: darkest and brightest background level of a pixel, above and below it. */
  columnLow: Uint8Array;
  columnHigh: Uint8Array;
  /** One row: the same among a pixel and all its eight neighbours. */
  rangeLow: Uint8Array;
  rangeHigh: Uint8Array;
  /** 1 where a changed pixel also differs from the last frame. */
  moved: Uint8Array;
}

function createScratch({ width, height }: Planes): Scratch {
  return {
    columnLow: new Uint8Array(width),
    columnHigh: new Uint8Array(width),
    rangeLow: new Uint8Array(width),
    rangeHigh: new Uint8Array(width),
    moved: new Uint8Array(width * height),
  };
}

function takeFrame({ current, previous, visible }: Planes, luma: Uint8Array): void {
  previous.set(current);
  for (let i = 0; i < current.length; i += 1) {
    current[i] = (luma[i] as number) & (visible[i] as number);
  }
}

function sumDifferences({ width, columns, rows, current, background, differences }: Planes): void {
  for (let block = 0; block < columns * rows; block += 1) {
    let pixel = firstPixel(block, columns, width);
    let sum = 0;
    for (let y = 0; y < BLOCK; y += 1, pixel += width) {
      for (let x = 0; x < BLOCK; x += 1) {
        sum += (current[pixel + x] as number) - (background[pixel + x] as number);
      }
    }
    differences[block] = sum;
  }
}

function findColumnRange(planes: Planes, { columnLow, columnHigh }: Scratch, y: number): void {
  const { width, height, background } = planes;
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
function findRowRange(width: number, scratch: Scratch): void {
  const { columnLow, columnHigh, rangeLow, rangeHigh } = scratch;
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

function markRow(planes: Planes, scratch: Scratch, limits: Limits, y: number): void {
  const { width, visible, current, previous, noise, excess, changed } = planes;
  const { rangeLow, rangeHigh, moved } = scratch;
  const { offset, offsetStep, floor, margin } = limits;
  for (let x = 0, i = y * width; x < width; x += 1, i += 1) {
    const level = current[i] as number;
    const above = level - (rangeHigh[x] as number) - offset;
    const below = (rangeLow[x] as number) + offset - level;
    const outside = Math.min(Math.max(above, below, 0), 255) & (visible[i] as number);
    const threshold = Math.max(floor, 2 * (noise[i] as number) + margin);
    const step = level - (previous[i] as number) - offsetStep;
    const isChanged = outside > threshold;
    excess[i] = outside;
    changed[i] = isChanged ? 1 : 0;
    moved[i] = isChanged && Math.abs(step) > threshold ? 1 : 0;
  }
}

/** Sums a plane of zeros and ones over each block. */
function countBlocks(planes: Planes, plane: Uint8Array, into: Uint8Array): void {
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

function learn(planes: Planes, lesson: Lesson): void {
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

function sumContrast(planes: Planes, block: number, limits: Limits): number {
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

function towards(value: number, target: number): number {
  if (value < target) return value + 1;
  return value > target ? value - 1 : value;
}

function firstPixel(block: number, columns: number, width: number): number {
  return Math.floor(block / columns) * BLOCK * width + (block % columns) * BLOCK;
}

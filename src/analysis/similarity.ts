/**
 * Whether two pictures of one camera show the same, so that the words of one fit the other. Pure.
 *
 * Two looks are compared: the whole picture, small, and the region of the motion, closer. Each by a
 * difference hash (which of two neighbouring points is brighter: blind to light) and the region also
 * by its colours, block by block: another car at the same place has the same edges, roughly, and
 * another colour. All of it must fit. A wrong repetition tells a guard that nothing new happened, a
 * missed one costs the model some seconds: in doubt they differ.
 */
import type { Box } from "../camera/frame.ts";

/** A small RGB picture. */
export interface Patch {
  width: number;
  height: number;
  /** Three bytes a point, row by row. */
  rgb: Uint8Array;
}

export interface Look {
  /** The whole picture at WHOLE_PX. */
  whole: Patch;
  /** The region at REGION_PX. */
  region: Patch;
}

export interface Difference {
  /** Share of hash bits that differ. */
  wholeBits: number;
  regionBits: number;
  /** The block of the region that differs most, in levels of 0..255, a common change of light aside. */
  blockLevels: number;
  /** The common change of light, in levels. */
  lightLevels: number;
}

export const WHOLE_PX = 17;
export const REGION_PX = 33;
const BLOCKS = 8;

/** What a parked car, its noise and its compression differ by; a person in it differs by more. */
const LIMITS: Difference = { wholeBits: 0.1, regionBits: 0.15, blockLevels: 14, lightLevels: 24 };
/** Where people were described: nothing but noise may differ. */
const PEOPLE_LIMITS: Difference = {
  wholeBits: 0.06,
  regionBits: 0.08,
  blockLevels: 7,
  lightLevels: 12,
};

export function isSameScene(look: Look, source: Look, options: { showsPeople: boolean }): boolean {
  const difference = toDifference(look, source);
  const limits = options.showsPeople ? PEOPLE_LIMITS : LIMITS;
  return (Object.keys(limits) as (keyof Difference)[]).every(
    (key) => difference[key] <= limits[key],
  );
}

export function toDifference(look: Look, source: Look): Difference {
  const lightLevels = toMean(look.region) - toMean(source.region);
  return {
    wholeBits: toBitShare(look.whole, source.whole),
    regionBits: toBitShare(look.region, source.region),
    blockLevels: toBlockLevels(look.region, source.region, lightLevels),
    lightLevels: Math.abs(lightLevels),
  };
}

/** Where the motion was, with room around it; both looks of a comparison are taken at one region. */
export function toRegion(boxes: readonly Box[]): Box {
  const left = Math.min(1, ...boxes.map(([x]) => x));
  const top = Math.min(1, ...boxes.map(([, y]) => y));
  const right = Math.max(0, ...boxes.map(([x, , width]) => x + width));
  const bottom = Math.max(0, ...boxes.map(([, y, , height]) => y + height));
  if (right <= left || bottom <= top) return [0, 0, 1, 1];
  const [x, width] = widen(left, right);
  const [y, height] = widen(top, bottom);
  return [x, y, width, height];
}

/** Whether motion in `region` can be that of `source`: the same place, about as large. */
export function isSamePlace(region: Box, source: Box): boolean {
  const overlap = areaOf(intersect(region, source));
  return overlap / (areaOf(region) + areaOf(source) - overlap) >= PLACE_OVERLAP_MIN;
}

const PLACE_OVERLAP_MIN = 0.5;
const REGION_WIDENING = 1.4;
/** A speck is compared with enough around it to be recognised. */
const REGION_SIDE_MIN = 0.1;

function widen(start: number, end: number): [start: number, length: number] {
  const length = Math.min(1, Math.max(REGION_SIDE_MIN, (end - start) * REGION_WIDENING));
  const from = Math.min(1 - length, Math.max(0, (start + end) / 2 - length / 2));
  return [from, length];
}

function intersect([x, y, width, height]: Box, [u, v, w, h]: Box): Box {
  const [left, top] = [Math.max(x, u), Math.max(y, v)];
  const right = Math.min(x + width, u + w);
  const bottom = Math.min(y + height, v + h);
  return [left, top, Math.max(0, right - left), Math.max(0, bottom - top)];
}

function areaOf([, , width, height]: Box): number {
  return width * height;
}

/** dHash: of each two neighbours in a row, whether the right one is brighter. */
function toBitShare(one: Patch, other: Patch): number {
  const pairs = (one.width - 1) * one.height;
  let differing = 0;
  for (let row = 0; row < one.height; row += 1) {
    for (let column = 0; column + 1 < one.width; column += 1) {
      const at = row * one.width + column;
      if (isRising(one, at) !== isRising(other, at)) differing += 1;
    }
  }
  return differing / pairs;
}

/** Flat ground is neither way, or its noise would be half of all bits. */
function isRising(patch: Patch, at: number): -1 | 0 | 1 {
  const step = toLuma(patch, at + 1) - toLuma(patch, at);
  if (Math.abs(step) < FLAT_LEVELS) return 0;
  return step > 0 ? 1 : -1;
}

const FLAT_LEVELS = 6;

function toLuma({ rgb }: Patch, at: number): number {
  const [red = 0, green = 0, blue = 0] = rgb.subarray(at * 3, at * 3 + 3);
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function toMean({ rgb }: Patch): number {
  return rgb.reduce((sum, level) => sum + level, 0) / rgb.length;
}

function toBlockLevels(one: Patch, other: Patch, lightLevels: number): number {
  const sums = new Float64Array(BLOCKS * BLOCKS);
  const counts = new Uint32Array(BLOCKS * BLOCKS);
  for (let at = 0; at < one.width * one.height; at += 1) {
    const row = Math.floor((Math.floor(at / one.width) * BLOCKS) / one.height);
    const column = Math.floor(((at % one.width) * BLOCKS) / one.width);
    const block = row * BLOCKS + column;
    for (let channel = at * 3; channel < at * 3 + 3; channel += 1) {
      const change = (one.rgb[channel] ?? 0) - (other.rgb[channel] ?? 0) - lightLevels;
      sums[block] = (sums[block] ?? 0) + Math.abs(change);
      counts[block] = (counts[block] ?? 0) + 1;
    }
  }
  return Math.max(...sums.map((sum, block) => sum / Math.max(1, counts[block] ?? 1)));
}

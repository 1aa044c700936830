/**
 * A lamp that goes on lights a part of the picture, and the headlights of a car do. What they light is
 * the new background there at once. What was there before is remembered: where much was blown out,
 * the picture that comes back when the lamp goes out has edges that its lit self had not, and would be
 * taken for a thing.
 */
import { BLOCK, type Planes } from "./kernel.ts";
import { findRelit } from "./sudden-mover.ts";

export interface Lamps {
  /** Asked when much changed at once. Answers the blocks in which it was light, now background. */
  take(planes: Planes, offset: number): readonly number[];
}

/** In grey levels, the mean of a block: as it was before the lamp went on. */
const SAME = 6;
const SAME_SHARE = 0.8;

export function createLamps(): Lamps {
  /** Of each lit block, what it showed without the light. */
  let unlit = new Map<number, Uint8Array>();

  return {
    take(planes, offset) {
      const back = [...unlit].filter(([block, before]) => isSame(planes, block, before, offset));
      if (unlit.size > 0 && back.length >= SAME_SHARE * unlit.size) {
        const blocks = [...unlit.keys()];
        for (const block of blocks) takeAsBackground(planes, block);
        unlit = new Map();
        return blocks;
      }
      const lit = findRelit(planes, offset);
      if (lit.length > 0)
        unlit = new Map(lit.map((block) => [block, readBackground(planes, block)]));
      for (const block of lit) takeAsBackground(planes, block);
      return lit;
    },
  };
}

function isSame(planes: Planes, block: number, before: Uint8Array, offset: number): boolean {
  let sum = 0;
  let at = 0;
  for (const row of rowsOf(planes, block)) {
    for (let pixel = row; pixel < row + BLOCK; pixel += 1, at += 1) {
      sum += Math.abs((planes.current[pixel] as number) - (before[at] as number) - offset);
    }
  }
  return sum < SAME * BLOCK * BLOCK;
}

function readBackground(planes: Planes, block: number): Uint8Array {
  const before = new Uint8Array(BLOCK * BLOCK);
  for (const [line, row] of rowsOf(planes, block).entries()) {
    before.set(planes.background.subarray(row, row + BLOCK), line * BLOCK);
  }
  return before;
}

function takeAsBackground(planes: Planes, block: number): void {
  for (const row of rowsOf(planes, block)) {
    planes.background.set(planes.current.subarray(row, row + BLOCK), row);
  }
}

/** The first pixel of each of its lines. */
function rowsOf({ width, columns }: Planes, block: number): number[] {
  const first = Math.floor(block / columns) * BLOCK * width + (block % columns) * BLOCK;
  return Array.from({ length: BLOCK }, (_, line) => first + line * width);
}

/**
 * Whether something moved in a picture that was patched onto the key picture before it
 * (camera/peek-time.ts). The two are one picture but for the patches, so what differs is what moved,
 * and what the encoder corrects where nothing did: leaves, noise, its own blur. How much of that is
 * usual is learned for each block; four blocks that touch and have more of it are something.
 */
import type { Impression } from "../camera/gate.ts";
import { BLOCK } from "./kernel.ts";

export interface PatchWatch {
  /** Pictures of the same size; `visible` is 0 where a pixel is masked. */
  judge(patched: Uint8Array, key: Uint8Array, visible: Uint8Array): Impression;
}

export interface PatchLimits {
  width: number;
  height: number;
  /** Grey levels by which a pixel differs, and pixels that do, in four blocks, beyond what is usual. */
  levels: number;
  pixels: number;
}

const LEARNING_PEEKS = 4;
const PACE = 0.1;
/** A block's usual count varies by this many times its mean distance and is usual still. */
const USUAL_SPREAD = 2.5;
const LEVELS = 256;

export function createPatchWatch({ width, height, levels, pixels }: PatchLimits): PatchWatch {
  const columns = Math.floor(width / BLOCK);
  const rows = Math.floor(height / BLOCK);
  const counts = new Float32Array(columns * rows);
  const usual = new Float32Array(columns * rows);
  const spread = new Float32Array(columns * rows);
  let peekCount = 0;

  const count = (patched: Uint8Array, key: Uint8Array, visible: Uint8Array): void => {
    const light = toMedianDifference(patched, key);
    counts.fill(0);
    for (let y = 0; y < rows * BLOCK; y += 1) {
      for (let x = 0; x < columns * BLOCK; x += 1) {
        const pixel = y * width + x;
        const apart = (patched[pixel] as number) - (key[pixel] as number) - light;
        if (Math.abs(apart) <= levels || visible[pixel] === 0) continue;
        const block = Math.floor(y / BLOCK) * columns + Math.floor(x / BLOCK);
        counts[block] = (counts[block] as number) + 1;
      }
    }
  };
  const learn = (): void => {
    const pace = Math.max(PACE, 1 / peekCount);
    for (let block = 0; block < counts.length; block += 1) {
      const more = (counts[block] as number) - (usual[block] as number);
      const wider = Math.abs(more) - (spread[block] as number);
      usual[block] = (usual[block] as number) + more * pace;
      spread[block] = (spread[block] as number) + wider * pace;
    }
  };
  const excessOf = (block: number): number =>
    Math.max(
      0,
      (counts[block] as number) -
        (usual[block] as number) -
        USUAL_SPREAD * (spread[block] as number),
    );
  const hasPatch = (): boolean => {
    for (let row = 0; row + 1 < rows; row += 1) {
      for (let block = row * columns; block + 1 < (row + 1) * columns; block += 1) {
        const four = [block, block + 1, block + columns, block + columns + 1];
        if (four.reduce((sum, one) => sum + excessOf(one), 0) > pixels) return true;
      }
    }
    return false;
  };

  return {
    judge(patched, key, visible) {
      count(patched, key, visible);
      peekCount += 1;
      const impression = peekCount > LEARNING_PEEKS && hasPatch() ? "suspicious" : "calm";
      learn();
      return impression;
    },
  };
}

/** A picture that became brighter as a whole is no reason to look. */
function toMedianDifference(one: Uint8Array, other: Uint8Array): number {
  const histogram = new Uint32Array(2 * LEVELS);
  for (let pixel = 0; pixel < one.length; pixel += 1) {
    const bin = (one[pixel] as number) - (other[pixel] as number) + LEVELS;
    histogram[bin] = (histogram[bin] as number) + 1;
  }
  let below = 0;
  const bin = histogram.findIndex((pixels) => {
    below += pixels;
    return below * 2 >= one.length;
  });
  return bin - LEVELS;
}

/**
 * A mast in the wind moves the whole picture by a pixel or three. One pixel is nothing, since a pixel
 * is compared with all of its neighbours (plain-kernel.ts). When much of the picture has changed, the
 * frame is pushed back to where it fits its background best, which leaves a pixel at most.
 *
 * The fit is walked to a pixel at a time, on every third pixel of every third line. A pixel that
 * differs by much counts no more than one that clearly differs, so that a mover has no more say than
 * its size; and a push that hardly fits better than none is not believed.
 */
import type { Planes } from "./kernel.ts";

/** By how many pixels the picture lies to the right of its background, and below it. */
type Shift = readonly [right: number, down: number];

const FAR_SHARE = 1 / 3;
const SHIFT_MAX = 4;
const SAMPLE_EVERY = 3;
const DIFFERENCE_MAX = 24;
const BETTER_BY = 0.8;
const STEPS: readonly Shift[] = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
];

/** Whether changes in the last frame spread as wide as those of a shaking picture: no walker does. */
export function reachesFar({ columns, changedCounts }: Planes, blockPixels: number): boolean {
  let reached = 0;
  for (let column = 0; column < columns; column += 1) {
    for (let block = column; block < changedCounts.length; block += columns) {
      if ((changedCounts[block] as number) < blockPixels) continue;
      reached += 1;
      break;
    }
  }
  return reached >= FAR_SHARE * columns;
}

/** The frame where its background lies, `offset` brighter; the very same one when it does not shake. */
export function steady(luma: Uint8Array, planes: Planes, offset: number): Uint8Array {
  let shift: Shift = [0, 0];
  const still = measureMisfit(luma, planes, offset, shift);
  let least = still;
  for (let walks = true; walks; ) {
    walks = false;
    const [right, down] = shift;
    for (const [across, along] of STEPS) {
      const next: Shift = [right + across, down + along];
      if (Math.max(Math.abs(next[0]), Math.abs(next[1])) > SHIFT_MAX) continue;
      const misfit = measureMisfit(luma, planes, offset, next);
      if (misfit >= least) continue;
      [shift, least, walks] = [next, misfit, true];
    }
  }
  return least < BETTER_BY * still ? push(luma, planes, offset, shift) : luma;
}

/** The mean difference of the pixels that both show. */
function measureMisfit(luma: Uint8Array, planes: Planes, offset: number, shift: Shift): number {
  const { width, height, background, visible } = planes;
  const ahead = shift[0] + shift[1] * width;
  let sum = 0;
  let pixels = 0;
  for (let y = SHIFT_MAX; y < height - SHIFT_MAX; y += SAMPLE_EVERY) {
    const end = (y + 1) * width - SHIFT_MAX;
    for (let pixel = y * width + SHIFT_MAX; pixel < end; pixel += SAMPLE_EVERY) {
      if (visible[pixel] === 0) continue;
      const level = (luma[pixel + ahead] as number) - offset;
      sum += Math.min(DIFFERENCE_MAX, Math.abs(level - (background[pixel] as number)));
      pixels += 1;
    }
  }
  return sum / Math.max(1, pixels);
}

/** What comes in at the border was not seen, so it is taken for what it always was. */
function push(luma: Uint8Array, planes: Planes, offset: number, [right, down]: Shift): Uint8Array {
  const { width, height, background } = planes;
  const pushed = Uint8Array.from(background, (level) => Math.min(255, Math.max(0, level + offset)));
  const [left, top] = [Math.max(0, -right), Math.max(0, -down)];
  const across = width - Math.abs(right);
  for (let y = top; y < height - Math.max(0, down); y += 1) {
    const from = (y + down) * width + left + right;
    pushed.set(luma.subarray(from, from + across), y * width + left);
  }
  return pushed;
}

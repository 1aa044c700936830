/** Other masks while a camera is watched, without forgetting what the rest of it shows. */
import { type Planes, takeVisible } from "./kernel.ts";

/** Answers the pixels that were masked until now: nothing was learned of them yet. */
export function changeVisible(planes: Planes, visible: Uint8Array): number[] {
  const { visible: was, background, current } = planes;
  const unlearned: number[] = [];
  for (const [pixel, counts] of visible.entries()) {
    if (counts !== 0 && was[pixel] === 0) unlearned.push(pixel);
    // A masked pixel is black in every plane, hence can never differ.
    if (counts === 0) background[pixel] = current[pixel] = 0;
  }
  takeVisible(planes, visible);
  return unlearned;
}

/** Takes what the frame shows there for the background, before the frame is loaded. */
export function learnAtOnce(
  { background, current, noise }: Planes,
  luma: Uint8Array,
  pixels: readonly number[],
  firstNoise: number,
): void {
  for (const pixel of pixels) {
    background[pixel] = current[pixel] = luma[pixel] as number;
    noise[pixel] = firstNoise;
  }
}

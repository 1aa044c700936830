/**
 * Which part of a picture shows the motion with enough around it. In: boxes and a size. Out: whole
 * pixels, inside the picture. Pure.
 */
import type { Box } from "../camera/frame.ts";

/** A model must recognise where it is: never less than this share of the picture each way. */
const contextShareMin = 1 / 3;
/** One tile of the vision encoders in use; a smaller crop would only be blown up again. */
const cropSidePxMin = 336;
/** How much room the motion itself gets around it. */
const widening = 1.6;
/** A longer strip is mostly padding to a model that looks at squares. */
const aspectMax = 2;
/** A crop that keeps nearly everything is not worth its missing edge. */
const wholeShareMin = 0.85;

export interface Crop {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The part of a picture that shows the motion with enough around it; whole pixels, inside. */
export function toCrop(boxes: readonly Box[], picture: { width: number; height: number }): Crop {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  if (boxes.length === 0) return whole;

  const [left, right] = spanOf(boxes.map(([x, , width]) => [x, x + width]));
  const [top, bottom] = spanOf(boxes.map(([, y, , height]) => [y, y + height]));
  let width = toSide((right - left) * picture.width, picture.width);
  let height = toSide((bottom - top) * picture.height, picture.height);
  width = Math.min(picture.width, Math.max(width, Math.ceil(height / aspectMax)));
  height = Math.min(picture.height, Math.max(height, Math.ceil(width / aspectMax)));
  const keepsMost =
    width >= wholeShareMin * picture.width && height >= wholeShareMin * picture.height;
  if (keepsMost) return whole;

  return {
    left: toStart(((left + right) / 2) * picture.width, width, picture.width),
    top: toStart(((top + bottom) / 2) * picture.height, height, picture.height),
    width,
    height,
  };
}

export function isWhole(crop: Crop, picture: { width: number; height: number }): boolean {
  return crop.width === picture.width && crop.height === picture.height;
}

function spanOf(stretches: readonly (readonly [number, number])[]): [number, number] {
  const first = Math.min(...stretches.map(([start]) => start));
  const last = Math.max(...stretches.map(([, end]) => end));
  return [Math.max(0, Math.min(1, first)), Math.max(0, Math.min(1, last))];
}

function toSide(motionPx: number, picturePx: number): number {
  const wanted = Math.max(motionPx * widening, picturePx * contextShareMin, cropSidePxMin);
  return Math.min(picturePx, Math.ceil(wanted));
}

function toStart(centrePx: number, sidePx: number, picturePx: number): number {
  return Math.max(0, Math.min(picturePx - sidePx, Math.round(centrePx - sidePx / 2)));
}

/** The pixels of a box, and at least one of them. */
export function toRegion(
  [x, y, w, h]: Box,
  { width, height }: { width: number; height: number },
): Crop {
  const left = Math.min(width - 1, Math.floor(x * width));
  const top = Math.min(height - 1, Math.floor(y * height));
  return {
    left,
    top,
    width: Math.max(1, Math.min(width - left, Math.round(w * width))),
    height: Math.max(1, Math.min(height - top, Math.round(h * height))),
  };
}

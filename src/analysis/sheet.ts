/**
 * How the part that moved and the whole view share one square, for a model that takes one picture:
 * the part as large as it can be, the whole view where room is left. Pure.
 *
 * The encoders that take one picture pad it to a square, so the room beside a part that is not square costs
 * nothing. Only a part that is nearly one has to give way a little.
 */

/**
 * What the model has before it: the whole view · only the part that moved · both on one sheet, the
 * part above or to the left · both as two pictures, the part first.
 */
export type Layout = "whole" | "part" | "sheet-above" | "sheet-beside" | "pair";

interface Size {
  width: number;
  height: number;
}

interface View extends Size {
  left: number;
  top: number;
}

export interface Sheet extends Size {
  layout: Extract<Layout, `sheet-${string}`>;
  part: View;
  whole: View;
}

/** Below that the part would lose more than the whole view tells. */
const sheetSidePxMin = 672;
const gapPx = 8;
const enlargementMin = 2;
/** Shares of the side that the whole view gets at least: enough to tell a yard from a room. */
const wholeHeightMin = 0.28;
const wholeWidthMin = 0.38;

/**
 * Whether the part alone leaves so much out that the whole view belongs beside it: where it shows
 * the motion at least twice as large. Otherwise two views would show the same twice.
 */
export function needsWhole(part: Size, whole: Size, sidePx: number): boolean {
  const toScale = (size: Size) => shrink(size, sidePx, sidePx).width / size.width;
  return toScale(part) >= enlargementMin * toScale(whole);
}

/** Null where a sheet of that size is not worth it. Nothing is enlarged. */
export function planSheet(part: Size, whole: Size, sidePx: number): Sheet | null {
  if (sidePx < sheetSidePxMin) return null;
  const above = shrink(part, sidePx, sidePx - gapPx - Math.round(wholeHeightMin * sidePx));
  const beside = shrink(part, sidePx - gapPx - Math.round(wholeWidthMin * sidePx), sidePx);
  return above.width >= beside.width
    ? toAbove(above, whole, sidePx)
    : toBeside(beside, whole, sidePx);
}

function toAbove(part: Size, whole: Size, sidePx: number): Sheet {
  const top = part.height + gapPx;
  const below = shrink(whole, sidePx, sidePx - top);
  return {
    layout: "sheet-above",
    width: Math.max(part.width, below.width),
    height: top + below.height,
    part: { ...part, left: 0, top: 0 },
    whole: { ...below, left: 0, top },
  };
}

function toBeside(part: Size, whole: Size, sidePx: number): Sheet {
  const left = part.width + gapPx;
  const right = shrink(whole, sidePx - left, sidePx);
  return {
    layout: "sheet-beside",
    width: left + right.width,
    height: Math.max(part.height, right.height),
    part: { ...part, left: 0, top: 0 },
    whole: { ...right, left, top: 0 },
  };
}

function shrink({ width, height }: Size, widthMax: number, heightMax: number): Size {
  const scale = Math.min(1, widthMax / width, heightMax / height);
  return {
    width: Math.max(1, Math.floor(width * scale)),
    height: Math.max(1, Math.floor(height * scale)),
  };
}

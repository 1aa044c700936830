/**
 * How the views of one event share a square, for a model that takes one picture: the part that moved
 * as large as it can be, and in the room that is left the whole view and the part as it was before.
 * Pure.
 *
 * The encoders that take one picture pad it to a square, so the room beside a part that is not
 * square costs nothing. Only for the whole view a part that is nearly square gives way a little;
 * for an earlier moment it never does.
 */
export interface Size {
  width: number;
  height: number;
}

export interface View extends Size {
  left: number;
  top: number;
  /** Where on the sheet, for people. */
  place: string;
}

export interface Sheet extends Size {
  main: View;
  /** Null where none was given. */
  whole: View | null;
  /** As many of those given as there is room for, the first ones left out. */
  earlier: readonly View[];
}

export interface Views {
  /** What the sheet is about. */
  main: Size;
  /** The camera's whole view, where the main one needs it beside. */
  whole: Size | null;
  /** Oldest first. */
  earlier: readonly Size[];
}

/** Below that the part would lose more than the other views tell. */
const sheetSidePxMin = 672;
const gapPx = 8;
const enlargementMin = 2;
/** Shares of the side, of which the whole view gets one at least: enough to tell a yard from a room. */
const wholeHeightMin = 0.28;
const wholeWidthMin = 0.38;
/** A smaller picture of an earlier moment shows nobody. */
const earlierSidePxMin = 120;

/**
 * Whether the part alone leaves so much out that the whole view belongs beside it: where it shows
 * the motion at least twice as large. Otherwise two views would show the same twice.
 */
export function needsWhole(part: Size, whole: Size, sidePx: number): boolean {
  const toScale = (size: Size) => shrink(size, sidePx, sidePx).width / size.width;
  return toScale(part) >= enlargementMin * toScale(whole);
}

/** Null where a sheet of that size is not worth it, or the main view is all. Nothing is enlarged. */
export function planSheet(views: Views, sidePx: number): Sheet | null {
  if (sidePx < sheetSidePxMin) return null;
  const [fewest, most] = [views.whole ? 1 : 0, views.earlier.length];
  for (let count = most; count >= 0; count -= 1) {
    if (count + fewest === 0) return null;
    const kept = { ...views, earlier: views.earlier.slice(most - count) };
    const sheet = layOut(kept, sidePx);
    if (count === 0 || isLegible(sheet, sidePx)) return sheet;
  }
  return null;
}

function layOut(views: Views, sidePx: number): Sheet {
  const { main, whole } = views;
  const kept = whole ? gapPx : 0;
  const across = whole ? Math.round(wholeWidthMin * sidePx) : 0;
  const down = whole ? Math.round(wholeHeightMin * sidePx) : 0;
  const above = shrink(main, sidePx, sidePx - kept - down);
  const beside = shrink(main, sidePx - kept - across, sidePx);
  const isAbove =
    above.width === beside.width ? above.width >= above.height : above.width > beside.width;
  return isAbove ? toAbove(above, views, sidePx) : toBeside(beside, views, sidePx);
}

function toAbove(main: Size, views: Views, sidePx: number): Sheet {
  const top = main.height + gapPx;
  const cells = toCells(views, sidePx);
  const places = nameCells(cells.length, ["Below", "Below on the left", "Below on the right"]);
  const laid = cells.map(({ size, start, length }, index) => {
    const shrunk = shrink(size, length, Math.max(1, sidePx - top));
    return { ...shrunk, left: start, top, place: places[index] ?? "Below" };
  });
  return toSheet({ ...main, left: 0, top: 0, place: "Above" }, views, laid);
}

function toBeside(main: Size, views: Views, sidePx: number): Sheet {
  const left = main.width + gapPx;
  const cells = toCells(views, sidePx);
  const names = ["On the right", "On the upper right", "On the lower right"];
  const places = nameCells(cells.length, names);
  const laid = cells.map(({ size, start, length }, index) => {
    const shrunk = shrink(size, Math.max(1, sidePx - left), length);
    return { ...shrunk, left, top: start, place: places[index] ?? "On the right" };
  });
  return toSheet({ ...main, left: 0, top: 0, place: "On the left" }, views, laid);
}

/** The strip beside the main view, in equal parts. */
function toCells({ whole, earlier }: Views, sidePx: number) {
  const sizes = whole ? [whole, ...earlier] : earlier;
  const length = Math.floor((sidePx - gapPx * (sizes.length - 1)) / sizes.length);
  return sizes.map((size, index) => ({ size, length, start: index * (length + gapPx) }));
}

function nameCells(count: number, [only = "", first = "", last = ""]: readonly string[]): string[] {
  if (count === 1) return [only];
  return count === 2 ? [first, last] : [first, `${only}, in the middle`, last];
}

function toSheet(main: View, views: Views, laid: readonly View[]): Sheet {
  const all = [main, ...laid];
  return {
    width: Math.max(...all.map(({ left, width }) => left + width)),
    height: Math.max(...all.map(({ top, height }) => top + height)),
    main,
    whole: views.whole ? (laid[0] ?? null) : null,
    earlier: views.whole ? laid.slice(1) : laid,
  };
}

/** Whether the views beside the main one are large enough to tell something. */
function isLegible({ whole, earlier }: Sheet, sidePx: number): boolean {
  const showsPlace =
    whole === null ||
    whole.width >= wholeWidthMin * sidePx ||
    whole.height >= wholeHeightMin * sidePx;
  return (
    showsPlace && earlier.every(({ width, height }) => Math.min(width, height) >= earlierSidePxMin)
  );
}

function shrink({ width, height }: Size, widthMax: number, heightMax: number): Size {
  const scale = Math.min(1, widthMax / width, heightMax / height);
  return {
    width: Math.max(1, Math.floor(width * scale)),
    height: Math.max(1, Math.floor(height * scale)),
  };
}

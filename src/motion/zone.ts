/** A place in the picture that has a name, and whether a box reaches into it. */
import type { Box, Polygon } from "../camera/frame.ts";
import { findCrossings } from "./mask.ts";

export interface Zone {
  name: string;
  polygon: Polygon;
}

/** Whether box and polygon share any ground; touching from outside is not enough. */
export function reachesInto(box: Box, polygon: Polygon): boolean {
  const isCut = polygon.some((corner, index) =>
    cutsBox(polygon.at(index - 1) ?? corner, corner, box),
  );
  // When no side cuts the box, all of it lies on one side: any of its points tells on which.
  return isCut || isInside(box[0] + box[2] / 2, box[1] + box[3] / 2, polygon);
}

/** Sums of shares end a hair too far at times; that is not ground to share. */
const HAIR = 1e-9;

type Corner = Polygon[number];

/** A side is in the box where it is so both across and down at the same time. */
function cutsBox([x1, y1]: Corner, [x2, y2]: Corner, [x, y, width, height]: Box): boolean {
  const across = findInside(x1, x2, x + HAIR, x + width - HAIR);
  const down = findInside(y1, y2, y + HAIR, y + height - HAIR);
  return Math.max(0, across.from, down.from) < Math.min(1, across.to, down.to);
}

/** From which share of the way from start to end, and up to which, it is between low and high. */
function findInside(start: number, end: number, low: number, high: number) {
  const step = end - start;
  if (step === 0) {
    const isInside = start > low && start < high;
    return isInside ? { from: 0, to: 1 } : { from: 1, to: 0 };
  }
  const [one, other] = [(low - start) / step, (high - start) / step];
  return { from: Math.min(one, other), to: Math.max(one, other) };
}

function isInside(x: number, y: number, polygon: Polygon): boolean {
  return findCrossings(polygon, y).filter((crossing) => crossing < x).length % 2 === 1;
}

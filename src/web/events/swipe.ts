/** A finger drawn sideways, told apart from one that scrolls. Pure. */
export type Swipe = "left" | "right";

export interface Travel {
  x: number;
  y: number;
}

const SWIPE_PX_MIN = 64;
/** Sideways by so much more than up or down. */
const SLANT_MAX = 0.6;

/** Null for what was no swipe. */
export function toSwipe({ x, y }: Travel): Swipe | null {
  if (Math.abs(x) < SWIPE_PX_MIN || Math.abs(y) > Math.abs(x) * SLANT_MAX) return null;
  return x < 0 ? "left" : "right";
}

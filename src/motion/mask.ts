/** Which pixels count. A pixel is masked when its centre lies in any of the polygons. */
import type { Polygon } from "../camera/frame.ts";

/** 1 for each pixel that counts, 0 for each masked one. */
export function toVisiblePixels(
  width: number,
  height: number,
  masks: readonly Polygon[],
): Uint8Array {
  const visible = new Uint8Array(width * height).fill(1);
  for (const mask of masks) {
    for (let y = 0; y < height; y += 1) {
      const crossings = findCrossings(mask, (y + 0.5) / height);
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
        const from = Math.ceil((crossings[pair] as number) * width - 0.5);
        const to = Math.ceil((crossings[pair + 1] as number) * width - 0.5);
        const row = y * width;
        visible.fill(0, row + clamp(from, width), row + clamp(to, width));
      }
    }
  }
  return visible;
}

/** Where a horizontal line cuts the polygon's sides, left to right; the inside is between pairs. */
export function findCrossings(polygon: Polygon, y: number): number[] {
  const crossings: number[] = [];
  let previous = polygon.at(-1);
  for (const corner of polygon) {
    const [x1, y1] = previous ?? corner;
    const [x2, y2] = corner;
    if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
    previous = corner;
  }
  return crossings.sort((a, b) => a - b);
}

function clamp(x: number, width: number): number {
  return Math.min(width, Math.max(0, x));
}

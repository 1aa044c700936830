/** Masks and zones as one list of regions, and what can be done with their corners. Shares of the picture. */
import type { MotionSettings } from "../../api/motion-contract.ts";

export type Corner = readonly [x: number, y: number];
export type Polygon = readonly Corner[];

export interface Region {
  kind: "mask" | "zone";
  /** Among those of its kind. */
  index: number;
  /** Null for masks. */
  name: string | null;
  polygon: Polygon;
}

const CORNERS_MIN = 3;
const CORNERS_MAX = 64;

export function toRegions({ masks, zones }: MotionSettings): readonly Region[] {
  return [
    ...masks.map((polygon, index): Region => ({ kind: "mask", index, name: null, polygon })),
    ...zones.map(({ name, polygon }, index): Region => ({ kind: "zone", index, name, polygon })),
  ];
}

export function withRegion(settings: MotionSettings, changed: Region): MotionSettings {
  return fromRegions(
    settings,
    toRegions(settings).map((region) => (isSame(region, changed) ? changed : region)),
  );
}

export function withoutRegion(settings: MotionSettings, removed: Region): MotionSettings {
  return fromRegions(
    settings,
    toRegions(settings).filter((region) => !isSame(region, removed)),
  );
}

export function withNewRegion(
  settings: MotionSettings,
  kind: Region["kind"],
  polygon: Polygon,
  toName: (n: number) => string,
): MotionSettings {
  const taken = settings.zones.map(({ name }) => name);
  let n = taken.length + 1;
  while (taken.includes(toName(n))) n += 1;
  const name = kind === "zone" ? toName(n) : null;
  const added = { kind, index: -1, name, polygon };
  return fromRegions(settings, [...toRegions(settings), added]);
}

export function toRectangle([x1, y1]: Corner, [x2, y2]: Corner): Polygon {
  const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
  const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)];
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

export function withCornerMoved(region: Region, corner: number, to: Corner): Region {
  const polygon = region.polygon.map((before, index) => (index === corner ? toInside(to) : before));
  return { ...region, polygon };
}

/** As far as its corners stay within the picture. */
export function withMoved(region: Region, dx: number, dy: number): Region {
  const xs = region.polygon.map(([x]) => x);
  const ys = region.polygon.map(([, y]) => y);
  const byX = clamp(dx, -Math.min(...xs), 1 - Math.max(...xs));
  const byY = clamp(dy, -Math.min(...ys), 1 - Math.max(...ys));
  return { ...region, polygon: region.polygon.map(([x, y]) => toInside([x + byX, y + byY])) };
}

/** In the middle of the longest side. */
export function withCornerAdded(region: Region): Region {
  const { polygon } = region;
  if (polygon.length >= CORNERS_MAX) return region;
  const sides = polygon.map((corner, index) => {
    const next = polygon[(index + 1) % polygon.length] as Corner;
    return { index, corner, next, length: Math.hypot(next[0] - corner[0], next[1] - corner[1]) };
  });
  const longest = sides.toSorted((a, b) => b.length - a.length)[0];
  if (!longest) return region;
  const { index, corner, next } = longest;
  const middle = toInside([(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2]);
  return { ...region, polygon: polygon.toSpliced(index + 1, 0, middle) };
}

export function withoutCorner(region: Region, corner: number): Region {
  if (region.polygon.length <= CORNERS_MIN) return region;
  return { ...region, polygon: region.polygon.toSpliced(corner, 1) };
}

function fromRegions(settings: MotionSettings, regions: readonly Region[]): MotionSettings {
  const polygonOf = ({ polygon }: Region) => polygon.map(([x, y]): [number, number] => [x, y]);
  const masks = regions.filter(({ kind }) => kind === "mask").map(polygonOf);
  const zones = regions
    .filter(({ kind }) => kind === "zone")
    .map((zone) => ({ name: zone.name ?? "", polygon: polygonOf(zone) }));
  return { ...settings, masks, zones };
}

function isSame(one: Region, other: Region): boolean {
  return one.kind === other.kind && one.index === other.index;
}

/** To a tenth of a percent: nobody draws finer. */
function toInside([x, y]: Corner): Corner {
  return [round(clamp(x, 0, 1)), round(clamp(y, 0, 1))];
}

function round(share: number): number {
  return Math.round(share * 1000) / 1000;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

import { expect, test } from "vitest";

import { toCameraId } from "../../src/web/cameras/camera-settings.ts";
import {
  type Region,
  toRectangle,
  toRegions,
  withCornerAdded,
  withCornerMoved,
  withMoved,
  withNewRegion,
  withoutCorner,
  withoutRegion,
  withRegion,
} from "../../src/web/tuning/regions.ts";

const settings = {
  ...{ sensitivity: 0.5, significance_threshold: 0.3, ai_analysis_enabled: true },
  ...{ masks: [], zones: [], schedule: [], min_area: 0, min_duration_s: 0 },
};
const square = toRectangle([0.8, 0.6], [0.2, 0.2]);
const mask: Region = { kind: "mask", index: 0, name: null, polygon: square };

test("what is drawn from any corner to any other is a rectangle", () => {
  expect(square).toEqual([
    [0.2, 0.2],
    [0.8, 0.2],
    [0.8, 0.6],
    [0.2, 0.6],
  ]);
});

test("a corner and a region stay within the picture", () => {
  expect(withCornerMoved(mask, 0, [-1, 0.5]).polygon[0]).toEqual([0, 0.5]);
  expect(withMoved(mask, 5, -5).polygon).toEqual([
    [0.4, 0],
    [1, 0],
    [1, 0.4],
    [0.4, 0.4],
  ]);
});

test("a corner is added to the longest side, and a triangle keeps its three", () => {
  const five = withCornerAdded(mask);
  expect(five.polygon[1]).toEqual([0.5, 0.2]);
  const three = withoutCorner(mask, 0);
  expect(three.polygon).toHaveLength(3);
  expect(withoutCorner(three, 0).polygon).toHaveLength(3);
});

test("masks and zones are added, changed and removed without touching the others", () => {
  const toName = (n: number) => `Zone ${n}`;
  let draft = withNewRegion(settings, "zone", square, toName);
  draft = withNewRegion(draft, "mask", square, toName);
  draft = withNewRegion(draft, "zone", square, toName);
  expect(draft.zones.map(({ name }) => name)).toEqual(["Zone 1", "Zone 2"]);
  draft = withRegion(draft, { ...(toRegions(draft)[2] as Region), name: "Gate" });
  draft = withoutRegion(draft, toRegions(draft)[1] as Region);
  expect(draft.zones.map(({ name }) => name)).toEqual(["Gate"]);
  expect(withNewRegion(draft, "zone", square, toName).zones[1]?.name).toBe("Zone 2");
  expect(draft.masks).toHaveLength(1);
});

test("an id is made of what a camera is called", () => {
  expect(toCameraId("Büro, 2. Stock")).toBe("buro-2-stock");
  expect(toCameraId(" -- ")).toBe("");
});

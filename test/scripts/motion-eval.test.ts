import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { compare, toFigures } from "../../scripts/motion-eval/comparison.ts";
import { readLabelledClips } from "../../scripts/motion-eval/labels.ts";
import { createPlainDifference } from "../../scripts/motion-eval/plain-difference.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const HEADER = "name\tfile\tres\tfps\tsecs\tlicence\tmotion_s\tignore_s";

function event(startS: number, endS: number, toldS = startS + 0.5) {
  return { startS, endS, toldS };
}

test("labels are read with their intervals, and a calm clip has none", async () => {
  await using folder = await openTempFolder();
  const rows = ["a\ta.mp4\t1x1\t5\t9\tMIT\t1.5-3;7-9.2\t0-1", "b\tb.mp4\t1x1\t5\t9\tMIT\t\t"];
  await writeFile(join(folder.path, "clips.tsv"), [HEADER, ...rows, ""].join("\n"));
  expect(await readLabelledClips(folder.path)).toEqual([
    {
      name: "a",
      path: join(folder.path, "a.mp4"),
      motion: [
        { startS: 1.5, endS: 3 },
        { startS: 7, endS: 9.2 },
      ],
      ignored: [{ startS: 0, endS: 1 }],
    },
    { name: "b", path: join(folder.path, "b.mp4"), motion: [], ignored: [] },
  ]);
});

test("an interval that is none is refused with the words of the file", async () => {
  await using folder = await openTempFolder();
  const row = "a\ta.mp4\t1x1\t5\t9\tMIT\t3-soon\t";
  await writeFile(join(folder.path, "clips.tsv"), [HEADER, row].join("\n"));
  await expect(readLabelledClips(folder.path)).rejects.toThrow("3-soon");
});

test("a motion is found by an event that overlaps it, and only by such a one", () => {
  const motion = [
    { startS: 10, endS: 12 },
    { startS: 20, endS: 21 },
  ];
  const figures = toFigures([
    compare({ motion, ignored: [] }, [event(10.4, 12), event(21.5, 22)], 60),
  ]);
  // The second event is near enough not to be false, yet it did not see the motion.
  expect(figures).toMatchObject({ motions: 2, found: 1, recall: 0.5, precision: 1 });
  expect(figures).toMatchObject({ median_latency_s: 0.4, median_told_s: 0.9, false_events: 0 });
});

test("an event far from every label is false, one in ignored time is neither right nor wrong", () => {
  const labels = { motion: [{ startS: 10, endS: 12 }], ignored: [{ startS: 30, endS: 31 }] };
  const events = [event(10, 12), event(30, 30.5), event(50, 51)];
  expect(toFigures([compare(labels, events, 1_800)])).toMatchObject({
    recall: 1,
    precision: 0.5,
    false_events: 1,
    false_per_hour: 2,
  });
});

test("one event over two motions finds both, the second without latency", () => {
  const motion = [
    { startS: 10, endS: 12 },
    { startS: 13, endS: 15 },
  ];
  const { latenciesS } = compare({ motion, ignored: [] }, [event(10.5, 15)], 60);
  expect(latenciesS).toEqual([0.5, 0]);
});

test("where there is nothing to divide by, the figure is null and not a perfect one", () => {
  expect(toFigures([compare({ motion: [], ignored: [] }, [], 60)])).toMatchObject({
    recall: null,
    precision: null,
    false_per_hour: 0,
    median_latency_s: null,
  });
});

test("the plain difference counts what changed since the last frame, at its threshold of 0.65 %", () => {
  const detector = createPlainDifference();
  const [width, height] = [100, 10];
  const see = (changed: number) => {
    const luma = new Uint8Array(width * height).fill(50);
    luma.fill(200, 0, changed);
    return detector.observe({ timestampMs: 0, width, height, luma, settling: false });
  };
  expect(see(0).significance).toBe(0);
  expect(see(6).significance).toBeLessThan(0.3);
  see(0);
  expect(see(7)).toMatchObject({ boxes: [[0, 0, 0.07, 0.1]], why: "moving" });
  see(0);
  expect(see(7).significance).toBeGreaterThan(0.3);
});

/**
 * Defaults only, no tuning per clip: every labelled motion has an event, and no event lies outside
 * of what is labelled or to be ignored, a second more or less. Generated footage is always there;
 * filmed clips are used when they lie beside the repository.
 */
import { join } from "node:path";

import { expect, test } from "vitest";

import { hasLabels, readLabelledClips } from "../../scripts/motion-eval/labels.ts";
import { createFrameDifference } from "../../src/motion/frame-difference.ts";
import { createTrigger } from "../../src/motion/trigger.ts";
import { CLIP_HEIGHT, CLIP_RATE, CLIP_WIDTH, readClipFrames } from "../support/clip-frames.ts";
import { makeFootage } from "../support/footage.ts";
import { openTempFolder } from "../support/temp-folder.ts";

type Interval = readonly [startS: number, endS: number];

const TOLERANCE_S = 1;
const CLIPS = join(import.meta.dirname, "../../../shared/clips");

async function findEvents(file: string): Promise<Interval[]> {
  const detector = createFrameDifference({
    width: CLIP_WIDTH,
    height: CLIP_HEIGHT,
    framesPerSecond: CLIP_RATE,
    sensitivity: 0.5,
    masks: [],
  });
  const trigger = createTrigger({ significanceThreshold: 0.3 });
  const motions = [];
  for (const frame of await readClipFrames(file)) {
    motions.push(trigger.observe(frame, detector.observe(frame)));
  }
  motions.push(trigger.interrupt());
  return motions.flatMap((motion): Interval[] =>
    motion?.type === "ended" ? [[motion.startedAt / 1000, motion.endedAt / 1000]] : [],
  );
}

function overlaps([start, end]: Interval, [from, to]: Interval, toleranceS = TOLERANCE_S): boolean {
  return start <= to + toleranceS && end >= from - toleranceS;
}

/** What the events missed, and what they saw that is not there. */
function compare(events: readonly Interval[], motion: readonly Interval[], ignored: Interval[]) {
  return {
    missed: motion.filter((interval) => !events.some((event) => overlaps(event, interval, 0))),
    invented: events.filter(
      (event) => ![...motion, ...ignored].some((interval) => overlaps(event, interval)),
    ),
  };
}

test.each([
  { seed: 1, noise: 3 },
  { seed: 2, noise: 8 },
  { seed: 3, noise: 3, heights: [0.1, 0.2] as const },
])("generated footage: every passage is an event, nothing else is: %j", async (options) => {
  await using folder = await openTempFolder();
  const { file, motion } = await makeFootage({ folder: folder.path, seconds: 60, ...options });
  const intervals = toIntervals(motion);
  expect(intervals.length).toBeGreaterThan(2);
  expect(compare(await findEvents(file), intervals, [])).toEqual({ missed: [], invented: [] });
});

test("generated footage in which nobody comes has no event", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 60, movers: 0, noise: 8 });
  expect(await findEvents(file)).toEqual([]);
});

function toIntervals(labels: readonly { startS: number; endS: number }[]): Interval[] {
  return labels.map(({ startS, endS }): Interval => [startS, endS]);
}

const filmed = hasLabels(CLIPS) ? await readLabelledClips(CLIPS) : [];

for (const { name, path, motion, ignored } of filmed) {
  test(`filmed footage, ${name}: every labelled motion is an event, nothing else is`, async () => {
    const events = await findEvents(path);
    const labels = [toIntervals(motion), toIntervals(ignored)] as const;
    expect(compare(events, ...labels)).toEqual({ missed: [], invented: [] });
  });
}

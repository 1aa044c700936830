/**
 * How good the motion engine is: events against labels, for ours and for a plain thresholded frame
 * difference, through the same code as `nightjar replay`, with the defaults:
 *
 *     npm run eval:motion [-- --json] [--decoding adaptive] [FOLDER]
 *
 * FOLDER holds a clips.tsv and its clips. Without one, the clips beside the repository are taken,
 * and where there are none, generated footage with its known timetable.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { replayFile } from "../src/assembly/replay.ts";
import { createFfmpeg } from "../src/camera/ffmpeg.ts";
import type { DetectorOptions, MotionDetector } from "../src/motion/detector.ts";
import { createFrameDifference } from "../src/motion/frame-difference.ts";
import { type Comparison, compare, type Figures, toFigures } from "./motion-eval/comparison.ts";
import {
  findClipFolder,
  generateLabelledClips,
  type LabelledClip,
  readLabelledClips,
} from "./motion-eval/labels.ts";
import { createPlainDifference } from "./motion-eval/plain-difference.ts";

const GENERATED = "generated footage";

const { values, positionals } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    decoding: { type: "string", default: "full" },
  },
  allowPositionals: true,
});
const decoding = values.decoding === "adaptive" ? "adaptive" : "full";
await evaluate(findClipFolder(positionals[0]), values.json);

async function evaluate(from: string | null, asJson: boolean): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), "nightjar-eval-"));
  try {
    const clips = from ? await readLabelledClips(from) : await generateLabelledClips(temporary);
    if (!asJson) console.log(`${clips.length} clips: ${from ?? GENERATED}\n`);
    if (!asJson) printHeader();
    const ours: Comparison[] = [];
    const plain: Comparison[] = [];
    for (const clip of clips) {
      const our = await judge(clip, createFrameDifference);
      const other = await judge(clip, createPlainDifference);
      ours.push(our);
      plain.push(other);
      const figures = { ...toFigures([our]), baseline: toFigures([other]) };
      if (asJson) console.log(JSON.stringify({ clip: clip.name, ...figures }));
      else printRows(clip.name, figures, figures.baseline);
    }
    const baseline = toFigures(plain);
    const all = { ...toFigures(ours), clips: clips.length, source: from ?? GENERATED, baseline };
    if (asJson) console.log(JSON.stringify(all));
    else printRows("all", all, baseline);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function judge(
  clip: LabelledClip,
  createDetector: (options: DetectorOptions) => MotionDetector,
): Promise<Comparison> {
  const { events, durationMs } = await replayFile(clip.path, {
    ...{ createDetector, decoding },
    ffmpeg: createFfmpeg({ path: null }),
    signal: new AbortController().signal,
  });
  const found = events.map(({ startedMs, endedMs, toldMs }) => ({
    startS: startedMs / 1_000,
    endS: endedMs / 1_000,
    toldS: toldMs / 1_000,
  }));
  return compare(clip, found, durationMs / 1_000);
}

function printHeader(): void {
  printColumns("clip", "detector", [
    ...["found", "recall", "prec.", "false", "/hour"],
    ...["start", "p90", "told", "p90"],
  ]);
}

function printRows(clip: string, ours: Figures, baseline: Figures): void {
  printColumns(clip, "nightjar", toCells(ours));
  printColumns("", "plain difference", toCells(baseline));
}

function toCells(figures: Figures): string[] {
  const { motions, found, recall, precision, false_events, false_per_hour } = figures;
  const { median_latency_s, p90_latency_s, median_told_s, p90_told_s } = figures;
  const numbers = [recall, precision, false_events, false_per_hour];
  const latencies = [median_latency_s, p90_latency_s, median_told_s, p90_told_s];
  return [
    `${found}/${motions}`,
    ...[...numbers, ...latencies].map((value) =>
      value === null ? "-" : String(+value.toFixed(2)),
    ),
  ];
}

function printColumns(clip: string, detector: string, cells: readonly string[]): void {
  const columns = cells.map((cell) => cell.padStart(7)).join("");
  console.log(`${clip.padEnd(16)}${detector.padEnd(18)}${columns}`);
}

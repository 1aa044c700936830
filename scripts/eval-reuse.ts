/**
 * Whether the desk repeats words where it may, and never where it may not:
 *
 *     npm run eval:reuse [-- --json] [FOLDER]
 *
 * FOLDER holds a clips.tsv and its clips; without one the clips beside the repository are taken, and
 * generated footage always. Every motion that the engine finds is looked at where it peaked. Pictures
 * of different motions of one clip, and the same place with nobody in it, are different scenes: a
 * repetition between them is false. The same picture a little brighter, noisier and compressed anew
 * is the same scene, and so is the empty place at two moments: each repetition saves a call.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";

import sharp from "sharp";

import { openScenePicture } from "../src/analysis/picture.ts";
import { createSceneMemory, type Scene } from "../src/analysis/scene-memory.ts";
import { replayFile } from "../src/assembly/replay.ts";
import { createFfmpeg } from "../src/camera/ffmpeg.ts";
import type { Box } from "../src/camera/frame.ts";
import { createRandom } from "../test/support/random.ts";
import { createDescription } from "../test/support/sample-events.ts";
import {
  findClipFolder,
  generateLabelledClips,
  type LabelledClip,
  readLabelledClips,
} from "./motion-eval/labels.ts";

const QUIET_MARGIN_S = 3;
const SEED = 1;

const { values: options, positionals } = parseArgs({
  options: { json: { type: "boolean", default: false } },
  allowPositionals: true,
});
const folder = findClipFolder(positionals[0]);
const temporary = await mkdtemp(join(tmpdir(), "nightjar-reuse-"));
try {
  const filmed = folder === null ? [] : await readLabelledClips(folder);
  const totals = { pairs_that_differ: 0, false_reuses: 0, repeats: 0, calls_saved: 0 };
  for (const clip of [...filmed, ...(await generateLabelledClips(temporary))]) {
    const figures = await judge(clip);
    for (const key of Object.keys(totals) as (keyof Tally)[]) totals[key] += figures[key];
    console.log(
      options.json ? JSON.stringify({ clip: clip.name, ...figures }) : toLine(clip.name, figures),
    );
  }
  const savedShare = Math.round((1000 * totals.calls_saved) / Math.max(1, totals.repeats)) / 1000;
  console.log(
    options.json ? JSON.stringify({ ...totals, saved_share: savedShare }) : toLine("all", totals),
  );
} finally {
  await rm(temporary, { recursive: true, force: true });
}

interface Tally {
  /** Pictures held against words of another scene. */
  pairs_that_differ: number;
  false_reuses: number;
  /** Pictures of a scene that was described before. */
  repeats: number;
  calls_saved: number;
}

interface Moment {
  atS: number;
  boxes: readonly Box[];
}

async function judge(clip: LabelledClip): Promise<Tally> {
  const { events, durationMs } = await replayFile(clip.path, {
    ffmpeg: createFfmpeg({ path: null }),
    signal: new AbortController().signal,
  });
  const motions = events.map(({ peakMs, boxes }): Moment => ({ atS: peakMs / 1000, boxes }));
  const tally: Tally = { pairs_that_differ: 0, false_reuses: 0, repeats: 0, calls_saved: 0 };
  const calm = findCalm(clip, durationMs / 1000);
  for (const motion of motions) {
    for (const other of toOtherScenes(motion, motions, calm)) {
      tally.pairs_that_differ += 1;
      if (await isRepeated(clip, motion, other)) tally.false_reuses += 1;
    }
    for (const [one, again] of toRepeats(motion, calm)) {
      tally.repeats += 1;
      if (await isRepeated(clip, one, again, { spoilt: true })) tally.calls_saved += 1;
    }
  }
  return tally;
}

/** The other motions, at their place and at this one's, and this one's place with nobody there. */
function toOtherScenes(
  motion: Moment,
  motions: readonly Moment[],
  calm: readonly number[],
): Moment[] {
  const { boxes } = motion;
  const others = motions.filter((other) => other !== motion);
  const here = [...others.map(({ atS }) => atS), ...calm].map((atS) => ({ atS, boxes }));
  return [...others, ...here];
}

function toRepeats(motion: Moment, [first, last]: readonly number[]): [Moment, Moment][] {
  const { boxes } = motion;
  if (first === undefined || last === undefined) return [[motion, motion]];
  return [
    [motion, motion],
    [
      { atS: first, boxes },
      { atS: last, boxes },
    ],
  ];
}

/** Whether what was said of one moment would be said again of the other. */
async function isRepeated(
  clip: LabelledClip,
  one: Moment,
  other: Moment,
  { spoilt = false } = {},
): Promise<boolean> {
  const memory = createSceneMemory();
  const description = createDescription("described", { people: 0 });
  await memory.remember(await toScene(clip, one), { description });
  return (await memory.findSame(await toScene(clip, other, spoilt), description)) !== null;
}

async function toScene(clip: LabelledClip, { atS, boxes }: Moment, spoilt = false): Promise<Scene> {
  const jpeg = await takePicture(clip.path, atS);
  const picture = await openScenePicture(spoilt ? await spoil(jpeg) : jpeg);
  return { cameraId: clip.name, capturedAt: 0, boxes, picture };
}

async function takePicture(file: string, atS: number): Promise<Buffer> {
  const { stdout } = await promisify(execFile)(
    "ffmpeg",
    [
      "-v",
      "error",
      "-ss",
      atS.toFixed(3),
      "-i",
      file,
      "-frames:v",
      "1",
      "-q:v",
      "3",
      "-f",
      "image2pipe",
      "-c:v",
      "mjpeg",
      "-",
    ],
    { encoding: "buffer", maxBuffer: 64e6 },
  );
  return stdout;
}

/** A little brighter, with the noise of another frame, compressed anew. */
async function spoil(jpeg: Buffer): Promise<Buffer> {
  const random = createRandom(SEED);
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const noisy = data.map((level) =>
    Math.max(0, Math.min(255, level + 4 + Math.round(8 * (random() - 0.5)))),
  );
  const { width, height, channels } = info;
  return await sharp(noisy, { raw: { width, height, channels } }).jpeg({ quality: 70 }).toBuffer();
}

/** The two calm moments that lie furthest apart. */
function findCalm({ motion, ignored }: LabelledClip, durationS: number): number[] {
  const isCalm = (atS: number): boolean =>
    [...motion, ...ignored].every(
      ({ startS, endS }) => atS < startS - QUIET_MARGIN_S || atS > endS + QUIET_MARGIN_S,
    );
  const calm = Array.from({ length: Math.floor(durationS) }, (_, second) => second + 0.5).filter(
    isCalm,
  );
  const [first] = calm;
  const last = calm.at(-1);
  return first === undefined || last === undefined || first === last ? [] : [first, last];
}

function toLine(name: string, tally: Tally): string {
  return `${name.padEnd(16)}${tally.false_reuses} of ${tally.pairs_that_differ} pairs wrongly repeated; ${tally.calls_saved} of ${tally.repeats} calls saved`;
}

/**
 * Filmed footage is never tampered with, and footage that is (by ffmpeg, encoded again as a camera
 * would) is told in time, each as what it is. Generated footage is always there; filmed clips are
 * used when they lie beside the repository.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { hasLabels, readLabelledClips } from "../../scripts/motion-eval/labels.ts";
import { createTamperWatch } from "../../src/motion/tamper.ts";
import { readClipFrames } from "../support/clip-frames.ts";
import { makeFootage } from "../support/footage.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const CLIPS = join(import.meta.dirname, "../../../shared/clips");
const AT_S = 20;
const AS_A_CAMERA = [
  "-c:v",
  "libx264",
  "-preset",
  "veryfast",
  "-crf",
  "25",
  "-g",
  "20",
  "-bf",
  "0",
];

const TAMPERINGS = [
  { kind: "out_of_focus", filter: `gblur=sigma=8:enable='gte(t,${AT_S})'`, withinS: 10 },
  { kind: "covered", filter: `drawbox=t=fill:color=black:enable='gte(t,${AT_S})'`, withinS: 10 },
  { kind: "covered", filter: `drawbox=t=fill:color=gray:enable='gte(t,${AT_S})'`, withinS: 10 },
  {
    kind: "moved",
    filter: `split[a][b];[b]scroll=hpos=0.2:vpos=0.1[c];[a][c]overlay=enable='gte(t,${AT_S})'`,
    withinS: 10,
  },
  { kind: "frozen", filter: `trim=0:${AT_S},tpad=stop_mode=clone:stop_duration=65`, withinS: 60 },
];

async function readTold(file: string): Promise<{ kind: string; atS: number }[]> {
  const watch = createTamperWatch();
  return (await readClipFrames(file)).flatMap((frame) => {
    const news = watch.observe(frame);
    return news?.type === "began" ? [{ kind: news.kind, atS: frame.timestampMs / 1000 }] : [];
  });
}

async function tamper(
  file: string,
  { filter, withinS }: (typeof TAMPERINGS)[number],
  folder: string,
): Promise<string> {
  const tampered = join(folder, "tampered.mp4");
  const output = [
    "-filter_complex",
    `[0:v]${filter}`,
    "-an",
    "-t",
    String(AT_S + withinS + 2),
    ...AS_A_CAMERA,
  ];
  const input = ["-v", "error", "-nostdin", "-y", "-i", file];
  await promisify(execFile)("ffmpeg", [...input, ...output, "-pix_fmt", "yuv420p", tampered]);
  return tampered;
}

async function expectTold(file: string, tampering: (typeof TAMPERINGS)[number]) {
  const { kind, withinS } = tampering;
  await using folder = await openTempFolder();
  const [first] = await readTold(await tamper(file, tampering, folder.path));
  expect(first).toMatchObject({ kind });
  expect(first?.atS).toBeLessThanOrEqual(AT_S + withinS);
}

test.each(TAMPERINGS)("generated footage that is $kind is told in time", async (tampering) => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 60, movers: 0 });
  expect(await readTold(file)).toEqual([]);
  await expectTold(file, tampering);
});

const filmed = hasLabels(CLIPS) ? await readLabelledClips(CLIPS) : [];

for (const { name, path } of filmed) {
  test(`filmed footage, ${name}: nobody has tampered with it`, async () => {
    expect(await readTold(path)).toEqual([]);
  });
}

for (const { name, path } of filmed.filter((clip) => clip.name.startsWith("quiet"))) {
  test.each(TAMPERINGS)(`filmed footage, ${name}, that is $kind is told in time`, (tampering) =>
    expectTold(path, tampering),
  );
}

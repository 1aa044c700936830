/** What the cameras of the benchmark show and how they encode it; made once and kept. */
import { execFile } from "node:child_process";
import { access, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { makeFootage } from "../../test/support/footage.ts";

export interface Scene {
  size: readonly [width: number, height: number];
  framesPerSecond: number;
  isBusy: boolean;
  encoder: readonly string[];
}

const CBR = ["-b:v", "3M", "-minrate", "3M", "-maxrate", "3M", "-bufsize", "1500k"];
const VBR = ["-crf", "27"];
const SUB = ["-b:v", "340k", "-maxrate", "400k", "-bufsize", "400k"];
/** As most cameras send it: main profile, one reference, no B frames. */
const H264 = ["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-refs", "1"].concat([
  ...["-bf", "0", "-sc_threshold", "0"],
]);
const H265 = ["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-b:v", "1500k"];

const MAIN = { size: [1920, 1080], framesPerSecond: 15 } as const;
const SMALL = { size: [640, 360], framesPerSecond: 5 } as const;

export const SCENES: Readonly<Record<string, Scene>> = {
  "main-cbr-quiet": { ...MAIN, isBusy: false, encoder: [...H264, ...CBR] },
  "main-cbr-busy": { ...MAIN, isBusy: true, encoder: [...H264, ...CBR] },
  "main-vbr-quiet": { ...MAIN, isBusy: false, encoder: [...H264, ...VBR] },
  "main-vbr-busy": { ...MAIN, isBusy: true, encoder: [...H264, ...VBR] },
  "main-h265-quiet": { ...MAIN, isBusy: false, encoder: H265 },
  "main-h265-busy": { ...MAIN, isBusy: true, encoder: H265 },
  "sub-quiet": { ...SMALL, isBusy: false, encoder: [...H264, ...SUB] },
  "sub-busy": { ...SMALL, isBusy: true, encoder: [...H264, ...SUB] },
};

/**
 * Longer than what is measured at a time: where it begins anew the encoder does, too, and the sizes
 * jump as they would at no camera.
 */
const SECONDS = 100;

/** The scene's file in the folder; made when it is not there. */
export async function openScene(name: string, folder: string): Promise<string> {
  const scene = SCENES[name];
  if (!scene) throw new Error(`There is no scene ${name}; there are ${listScenes()}.`);
  const file = join(folder, `${name}-${SECONDS}s.mp4`);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (!isThere) await makeScene(scene, name, { folder, file });
  return file;
}

export function listScenes(): string {
  return Object.keys(SCENES).join(", ");
}

/** Painted small and encoded large: what the painter adds to the noise of a sensor costs no time. */
async function makeScene(
  scene: Scene,
  name: string,
  { folder, file }: { folder: string; file: string },
): Promise<void> {
  const { framesPerSecond, isBusy, encoder } = scene;
  const painted = await makeFootage({
    ...{ folder, name: `${name}-painted`, seconds: SECONDS, framesPerSecond, noise: 0 },
    movers: isBusy ? SECONDS / 4 : 0,
  });
  const keyFrames = 2 * framesPerSecond;
  const pace = encoder.includes("libx265")
    ? ["-x265-params", `keyint=${keyFrames}:min-keyint=${keyFrames}:bframes=0:log-level=error`]
    : ["-g", String(keyFrames)];
  const filters = `scale=${scene.size.join(":")},noise=alls=5:allf=t`;
  // Under another name until it is whole: a run that was stopped leaves nothing that looks ready.
  const unfinished = join(folder, `${name}-unfinished.mp4`);
  const args = ["-nostdin", "-v", "error", "-y", "-i", painted.file, "-vf", filters];
  await promisify(execFile)("ffmpeg", [
    ...[...args, ...encoder, ...pace, "-pix_fmt", "yuv420p", unfinished],
  ]);
  await rename(unfinished, file);
}

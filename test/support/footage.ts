import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Writable } from "node:stream";

import { createRandom } from "./random.ts";
import { type Canvas, type Mover, paintMover, paintYard } from "./yard.ts";

export interface Footage {
  readonly file: string;
  /** When somebody is in the picture, in seconds of the footage; calm lies between. */
  readonly motion: readonly MotionInterval[];
}

export interface MotionInterval {
  readonly startS: number;
  readonly endS: number;
}

export interface FootageOptions {
  folder: string;
  seconds: number;
  /** The file's name without its ending. */
  name?: string;
  codec?: "h264" | "hevc";
  width?: number;
  height?: number;
  framesPerSecond?: number;
  /** How many passages; one in ten seconds when absent, none at all with 0. */
  movers?: number;
  /** Smallest and largest height of a mover, as shares of the picture's. */
  heights?: readonly [smallest: number, largest: number];
  /** How loud the sensor's noise is, in grey levels. */
  noise?: number;
  seed?: number;
}

const CLOTHES = [
  [176, 44, 40],
  [214, 196, 60],
  [226, 226, 220],
  [34, 60, 120],
] as const;

/**
 * Paints a yard that people and carts cross, and encodes it as a camera would: a key frame every
 * two seconds and no B frames. The first and the last second are calm, so it can be looped.
 */
export async function makeFootage(options: FootageOptions): Promise<Footage> {
  const { seconds, name = "yard", width = 640, height = 360, framesPerSecond = 10 } = options;
  const seed = options.seed ?? 1;
  const movers = planMovers(options, seed);
  const file = join(options.folder, `${name}.mp4`);
  const empty = paintYard(width, height, seed);
  const picture: Canvas = { width, height, rgb: new Uint8Array(empty.rgb.length) };

  const encoder = spawn("ffmpeg", toArguments({ ...options, seed }, empty, file), {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const ended = readEnd(encoder);
  for (let frame = 0; frame < seconds * framesPerSecond; frame += 1) {
    picture.rgb.set(empty.rgb);
    for (const mover of movers) paintMover(picture, mover, frame / framesPerSecond);
    await Promise.race([writePicture(encoder.stdin, picture), ended]);
  }
  encoder.stdin.end();
  await ended;
  return { file, motion: movers.map(({ startS, endS }) => ({ startS, endS })) };
}

/** Cuts the time into equal slots, one mover in each, with calm before and after it. */
function planMovers(options: FootageOptions, seed: number): Mover[] {
  const { seconds, heights: [smallest, largest] = [0.15, 0.4] } = options;
  const count = options.movers ?? Math.max(1, Math.floor(seconds / 10));
  const slotS = seconds / Math.max(1, count);
  const visitS = Math.min(8, slotS / 2);
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, slot) => {
    const startS = slot * slotS + (slotS - visitS) * (0.4 + random() * 0.2);
    const heightShare = smallest + (largest - smallest) * random();
    return {
      kind: random() < 0.75 ? "person" : "cart",
      startS,
      endS: startS + visitS,
      heightShare,
      // The nearer somebody is, the larger, and the lower their feet.
      groundShare: Math.min(0.97, 0.5 + heightShare),
      direction: random() < 0.5 ? "left-to-right" : "right-to-left",
      clothes: CLOTHES[Math.floor(random() * CLOTHES.length)] ?? CLOTHES[0],
    };
  });
}

function toArguments(
  options: FootageOptions & { seed: number },
  { width, height }: Canvas,
  file: string,
): string[] {
  const { framesPerSecond = 10, noise = 5, codec = "h264", seed } = options;
  const keyFrames = 2 * framesPerSecond;
  const input = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`];
  const encoder =
    codec === "h264"
      ? ["-c:v", "libx264", "-profile:v", "main", "-sc_threshold", "0", "-g", String(keyFrames)]
      : ["-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", toX265(keyFrames)];
  return [
    ...["-nostdin", "-v", "error", "-y", ...input, "-r", String(framesPerSecond), "-i", "pipe:0"],
    ...(noise > 0 ? ["-vf", `noise=alls=${noise}:allf=t:all_seed=${seed}`] : []),
    ...[...encoder, "-preset", "veryfast", "-crf", "25", "-bf", "0", "-pix_fmt", "yuv420p", file],
  ];
}

function toX265(keyFrames: number): string {
  return `keyint=${keyFrames}:min-keyint=${keyFrames}:scenecut=0:bframes=0:log-level=error`;
}

async function writePicture(into: Writable, { rgb }: Canvas): Promise<void> {
  // The canvas is painted over for the next picture, so it may not be left in the stream's queue.
  await new Promise<void>((resolve, reject) => {
    into.write(rgb, (error) => (error ? reject(error) : resolve()));
  });
}

async function readEnd(encoder: ReturnType<typeof spawn>): Promise<void> {
  let complaint = "";
  encoder.stderr?.on("data", (text) => {
    complaint = `${complaint}${text}`.slice(-2000);
  });
  encoder.stdin?.on("error", () => {
    // The exit code and what ffmpeg wrote say why it stopped reading.
  });
  const [code] = await once(encoder, "close");
  if (code !== 0) throw new Error(`ffmpeg could not make the footage (${code}): ${complaint}`);
}

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/**
 * A clip whose brightness tells the time: every picture is plain grey and a step brighter than the
 * one before, twenty steps to a loop of two seconds, which is one group of pictures.
 */
export async function makeBrightnessClip(options: {
  folder: string;
  name?: string;
  codec?: "h264" | "hevc" | "mpeg4";
  /** As ffmpeg's scale takes it. */
  size?: string;
  bFrames?: number;
}): Promise<string> {
  const { codec = "h264", size = "320:192", bFrames = 0 } = options;
  const file = join(options.folder, `${options.name ?? codec}.mp4`);
  const encoders = {
    h264: ["-c:v", "libx264", "-preset", "veryfast", "-g", "20", "-bf", String(bFrames)],
    hevc: ["-c:v", "libx265", "-preset", "veryfast", "-tag:v", "hvc1"].concat([
      "-x265-params",
      "keyint=20:min-keyint=20:bframes=0:log-level=error",
    ]),
    mpeg4: ["-c:v", "mpeg4", "-g", "20"],
  };
  const pictures = `nullsrc=s=32x32:r=10,geq=lum='30+10*mod(N,20)':cb=128:cr=128,scale=${size}`;
  await promisify(execFile)("ffmpeg", [
    ...["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", pictures, "-t", "8"],
    ...[...encoders[codec], "-sc_threshold", "0", "-pix_fmt", "yuv420p", file],
  ]);
  return file;
}

/** How far apart two neighbouring pictures of the clip are, in grey levels of a decoded picture. */
export const BRIGHTNESS_STEP = (10 * 255) / 219;

export function meanBrightness(pixels: Uint8Array): number {
  let sum = 0;
  for (const pixel of pixels) sum += pixel;
  return sum / pixels.length;
}

/** Video files as the motion room sees them: small grey frames at a steady rate. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import type { Frame } from "../../src/camera/frame.ts";

export const CLIP_WIDTH = 160;
export const CLIP_HEIGHT = 96;
export const CLIP_RATE = 5;

const BYTES_MAX = 256 * 1024 * 1024;

export async function readClipFrames(file: string): Promise<Frame[]> {
  const filters = `fps=${CLIP_RATE},scale=${CLIP_WIDTH}:${CLIP_HEIGHT}:flags=area,format=gray`;
  const { stdout } = await promisify(execFile)(
    "ffmpeg",
    ["-v", "error", "-nostdin", "-i", file, "-an", "-vf", filters, "-f", "rawvideo", "pipe:1"],
    { encoding: "buffer", maxBuffer: BYTES_MAX },
  );

  const pixels = CLIP_WIDTH * CLIP_HEIGHT;
  return Array.from({ length: Math.floor(stdout.length / pixels) }, (_, sequence) => {
    const timestampMs = Math.round((sequence * 1000) / CLIP_RATE);
    return {
      cameraId: "clip",
      sequence,
      capturedAt: timestampMs,
      timestampMs,
      width: CLIP_WIDTH,
      height: CLIP_HEIGHT,
      luma: stdout.subarray(sequence * pixels, (sequence + 1) * pixels),
      settling: false,
      unit: sequence,
    };
  });
}

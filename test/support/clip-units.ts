import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { type Codec, type CutUnit, createUnitCutter } from "../../src/camera/access-units.ts";

/** The access units of a video file, as a camera would send them; all have come at once, at 0. */
export async function readClipUnits(file: string, codec: Codec = "h264"): Promise<CutUnit[]> {
  const [filter, format] =
    codec === "h264" ? ["h264_mp4toannexb", "h264"] : ["hevc_mp4toannexb", "hevc"];
  const { stdout } = await promisify(execFile)(
    "ffmpeg",
    ["-nostdin", "-v", "error", "-i", file, "-c", "copy", "-bsf:v", filter, "-f", format, "-"],
    { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
  );
  const cutter = createUnitCutter();
  return [...cutter.push(stdout, { capturedAt: 0, timestampMs: 0 }), ...cutter.flush()];
}

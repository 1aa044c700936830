/**
 * One full picture from compressed units in memory, by an ffmpeg that lives for that picture alone.
 */
import { ApplianceError } from "../base/errors.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { StillPicture } from "./frame.ts";
import type { AccessUnit } from "./ring.ts";

const DEADLINE_MS = 10_000;
/** How many pictures a decoder may swallow of a broken group and still give one near the end. */
const SPARE = 3;
/** A sentence of bytes before the pixels, and pixels up to 8K. */
const PICTURE_BYTES_MAX = 64 + 7680 * 4320 * 3;

/**
 * The picture of the last unit; the units begin with a key unit. Null when nothing can be decoded.
 * Throws `timed-out` after ten seconds, `unavailable` without ffmpeg, AbortError on abort.
 */
export async function decodeStill(
  units: readonly AccessUnit[],
  options: { ffmpeg: Ffmpeg; signal: AbortSignal },
): Promise<StillPicture | null> {
  options.signal.throwIfAborted();
  const first = units[0];
  if (!first) return null;
  const { ffmpeg } = options;
  const { frameMode } = await ffmpeg.abilities();
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const run = await ffmpeg.start({
    input: {
      source: "pipe:0",
      options: ["-loglevel", "error", "-f", first.codec === "h265" ? "hevc" : "h264"],
    },
    outputOptions: [
      ...["-map", "0:v:0", frameMode, frameMode === "-vsync" ? "0" : "passthrough"],
      ...["-vf", `select=gte(n\\,${Math.max(0, units.length - SPARE)})`],
      ...["-c:v", "ppm", "-f", "image2pipe"],
    ],
    signal: AbortSignal.any([options.signal, deadline]),
  });
  const last = keepLastPicture(run.stdout);
  for (const unit of units) run.stdin.write(unit.bytes);
  run.stdin.end();
  await run.ended;

  options.signal.throwIfAborted();
  if (deadline.aborted) {
    throw new ApplianceError("timed-out", "The picture took longer than ten seconds to decode.");
  }
  return last();
}

/** Reads one PPM after the other and keeps the newest whole one. */
function keepLastPicture(stdout: NodeJS.ReadableStream): () => StillPicture | null {
  let last: StillPicture | null = null;
  let parts: Buffer[] = [];
  let byteCount = 0;
  let wanted = HEADER_BYTES_MAX;

  const take = (): boolean => {
    const bytes = Buffer.concat(parts);
    parts = [bytes];
    const header = parseHeader(bytes);
    // Bytes that are no picture have no end to wait for; without a header there is none to come.
    if (!header) return false;
    wanted = header.offset + header.width * header.height * 3;
    if (bytes.length < wanted) return false;
    const { width, height, offset } = header;
    last = { width, height, rgb: bytes.subarray(offset, wanted) };
    parts = [bytes.subarray(wanted)];
    byteCount -= wanted;
    wanted = HEADER_BYTES_MAX;
    return true;
  };
  stdout.on("data", (chunk: Buffer) => {
    parts.push(chunk);
    byteCount += chunk.length;
    if (byteCount > PICTURE_BYTES_MAX) {
      parts = [];
      byteCount = 0;
    }
    while (byteCount >= wanted && take());
  });
  return () => last;
}

const HEADER_BYTES_MAX = 64;

/** `P6\n640 360\n255\n`, as ffmpeg writes it. */
function parseHeader(bytes: Buffer): { width: number; height: number; offset: number } | null {
  const text = bytes.toString("latin1", 0, HEADER_BYTES_MAX);
  const found = /^P6\s(\d+)\s(\d+)\s255\s/.exec(text);
  if (!found) return null;
  return { width: Number(found[1]), height: Number(found[2]), offset: found[0].length };
}

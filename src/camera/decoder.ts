/**
 * One ffmpeg that turns access units into small grey pictures, as long as they keep coming. It
 * decodes them all, in order, and gives the first and from there on every so many-th, so that no
 * picture crosses a pipe to be thrown away here. They are matched to their units by counting.
 */
import { type Codec, DELIMITER } from "./access-units.ts";
import { parseStreamLine, type StreamLine } from "./complaint.ts";
import type { Ffmpeg, FfmpegRun } from "./ffmpeg.ts";
import type { AccessUnit } from "./ring.ts";

export interface DecodedPicture {
  /** With B frames the count runs ahead by their depth: the time is then early by so much. */
  unit: Omit<AccessUnit, "bytes">;
  /** Belongs to the receiver. */
  luma: Uint8Array;
}

export interface Luma {
  width: number;
  height: number;
  framesPerSecond: number;
}

export interface Decoder {
  /** The first unit must be a key unit. Units that ffmpeg has no room for are skipped. */
  feed(unit: AccessUnit): void;
  readonly skipped: number;
  /** Never rejects; resolves when ffmpeg is gone, for whatever reason. */
  readonly ended: Promise<void>;
}

export interface DecoderOptions {
  codec: Codec;
  /** Every how many units one picture is wanted; 1 is every unit. */
  step: number;
  luma: Luma;
  ffmpeg: Ffmpeg;
  onPicture(picture: DecodedPicture): void;
  onStream(stream: StreamLine): void;
  signal: AbortSignal;
}

/** Units that wait while ffmpeg starts and catches up: two groups of pictures of any camera. */
const WAITING_MAX = 512;

/** Starts at once; what is fed before ffmpeg runs, and has caught up with it, waits. */
export function createDecoder(options: DecoderOptions): Decoder {
  const pictures = createPictureCutter(options);
  const waiting: AccessUnit[] = [];
  let run: FfmpegRun | null = null;
  let isCatchingUp = true;
  let needsKey = true;
  let skipped = 0;

  const write = ({ stdin }: FfmpegRun, unit: AccessUnit): void => {
    pictures.expect(unit);
    // One system call for both; each wakes ffmpeg.
    stdin.cork();
    stdin.write(unit.bytes);
    stdin.write(DELIMITER[unit.codec]);
    stdin.uncork();
  };
  const begin = async (): Promise<void> => {
    run = await startDecoding(options);
    run.stdout.on("data", pictures.push);
    drain(run);
    await run.ended;
  };
  const drain = (to: FfmpegRun): void => {
    while (waiting.length > 0 && !to.stdin.writableNeedDrain)
      write(to, waiting.shift() as AccessUnit);
    isCatchingUp = to.stdin.writableNeedDrain;
    if (isCatchingUp) to.stdin.once("drain", () => drain(to));
  };
  const hasRoom = (): boolean =>
    isCatchingUp ? waiting.length < WAITING_MAX : run?.stdin.writableNeedDrain === false;

  return {
    feed(unit) {
      // Half a group of pictures cannot be decoded: after a gap it goes on with the next whole one.
      if (!hasRoom()) needsKey = true;
      else if (unit.key) needsKey = false;
      if (needsKey) skipped += 1;
      else if (run && !isCatchingUp) write(run, unit);
      else waiting.push(unit);
    },
    get skipped() {
      return skipped;
    },
    // A decoder that cannot be started has ended; the camera tries again and the reader, which
    // needs ffmpeg as well, says what is the matter.
    ended: begin().catch(() => {}),
  };
}

/** Deblocking is for the eye: without it decoding costs a quarter less and motion sees the same. */
export const WITHOUT_DEBLOCKING = ["-skip_loop_filter", "all"] as const;

/** How a picture of any size and colour becomes what motion looks at. */
export function toLumaFilter({ width, height }: Luma): string {
  return `scale=${width}:${height}:flags=area,format=gray`;
}

async function startDecoding(options: DecoderOptions): Promise<FfmpegRun> {
  const { codec, step, luma, ffmpeg, signal } = options;
  const { frameMode } = await ffmpeg.abilities();
  const format = codec === "h265" ? "hevc" : "h264";
  const chosen = step > 1 ? `select=not(mod(n\\,${step})),` : "";
  const scale = toLumaFilter(luma);
  const decoding = ["-threads", "1", ...WITHOUT_DEBLOCKING, "-flags", "low_delay"];
  const probing = ["-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0"];
  return ffmpeg.start({
    input: {
      source: "pipe:0",
      options: ["-loglevel", "info", ...decoding, ...probing, "-f", format],
    },
    outputOptions: [
      ...["-map", "0:v:0", frameMode, frameMode === "-vsync" ? "0" : "passthrough"],
      ...["-vf", chosen + scale, "-flush_packets", "1", "-f", "rawvideo"],
    ],
    onLine: (line) => {
      // The input is described before the output, whose line would tell our own small size.
      const stream = parseStreamLine(line);
      if (stream && stream.codec !== "rawvideo") options.onStream(stream);
    },
    signal,
  });
}

interface PictureCutter {
  expect(unit: AccessUnit): void;
  push(chunk: Buffer): void;
}

function createPictureCutter(
  options: Pick<DecoderOptions, "step" | "luma" | "onPicture">,
): PictureCutter {
  const { step, luma, onPicture } = options;
  const expected = createExpected(step);
  const isDue = createPace(luma.framesPerSecond);
  let picture = new Uint8Array(luma.width * luma.height);
  let filled = 0;

  const finish = (): void => {
    filled = 0;
    const unit = expected.take();
    if (!unit || !isDue(unit.timestampMs)) return;
    onPicture({ unit, luma: picture });
    picture = new Uint8Array(luma.width * luma.height);
  };
  return {
    expect: expected.add,
    push(chunk) {
      let from = 0;
      while (from < chunk.length) {
        const part = chunk.subarray(from, from + picture.length - filled);
        picture.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled === picture.length) finish();
      }
    },
  };
}

/** Units over whose pictures the backlog is watched, and the least of pictures that tell. */
const WINDOW = { units: 50, picturesMin: 10 };

/**
 * Units whose picture has not come. A decoder that swallows a broken unit would shift all later
 * pictures by one for ever, so the backlog is watched: when even its shortest over a while is longer
 * than it was at first, the surplus was swallowed. Each unit goes to ffmpeg as it comes, and none
 * waits for the next that is wanted; so the backlog is exact although only some pictures are told.
 */
function createExpected(step: number) {
  const window = Math.max(WINDOW.picturesMin, Math.round(WINDOW.units / step));
  const units: Omit<AccessUnit, "bytes">[] = [];
  let unwanted = 0;
  let usual: number | null = null;
  let shortest = Number.POSITIVE_INFINITY;
  let seen = 0;

  const settle = (): void => {
    usual ??= shortest;
    units.splice(0, Math.max(0, shortest - usual));
    usual = Math.min(usual, shortest);
    shortest = Number.POSITIVE_INFINITY;
    seen = 0;
  };
  return {
    add({ bytes: _bytes, ...unit }: AccessUnit): void {
      units.push(unit);
    },
    take(): Omit<AccessUnit, "bytes"> | null {
      units.splice(0, unwanted);
      const unit = units.shift() ?? null;
      unwanted = step - 1;
      shortest = Math.min(shortest, units.length);
      seen += 1;
      if (seen === window) settle();
      return unit;
    },
  };
}

/** True for as many pictures a second as wanted, by the pictures' own times. */
export function createPace(framesPerSecond: number): (timestampMs: number) => boolean {
  const intervalMs = 1_000 / framesPerSecond;
  // Pictures that come a little early, by the network's whim, must not halve the rate.
  const slackMs = intervalMs / 4;
  let dueMs = Number.NEGATIVE_INFINITY;
  return (timestampMs) => {
    if (timestampMs < dueMs - slackMs) return false;
    // After a gap the count begins anew, so that what was missed is not made up for in a burst.
    dueMs = (timestampMs - dueMs < intervalMs ? dueMs : timestampMs) + intervalMs;
    return true;
  };
}

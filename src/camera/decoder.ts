/**
 * One ffmpeg that turns access units into small grey pictures, as long as they keep coming. It
 * decodes them all, in order, and gives the first and from there on every so many-th, so that no
 * picture crosses a pipe to be thrown away here. Each picture tells the number of its unit
 * (envelope.ts).
 */
import type { Codec } from "./access-units.ts";
import { parseStreamLine, type StreamLine } from "./complaint.ts";
import {
  KEEPING_NUMBERS,
  readNumber,
  toEnvelopeHead,
  toEnvelopeStart,
  toNumberRowFilter,
} from "./envelope.ts";
import type { Ffmpeg, FfmpegRun } from "./ffmpeg.ts";
import type { AccessUnit } from "./ring.ts";
import { createTrust, type Trust, tellsOfDamage } from "./trust.ts";
import { createUnitsInside, type UnitsInside } from "./units-inside.ts";

export interface DecodedPicture {
  /** With B frames ffmpeg tells them in order of decoding: the time is early by their depth. */
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
  /** For each unit that cannot be decoded as it was meant; what it spoils is not told. */
  onDamage(): void;
  signal: AbortSignal;
}

/** Units that wait while ffmpeg starts and catches up: two groups of pictures of any camera. */
const WAITING_MAX = 512;

/** Starts at once; what is fed before ffmpeg runs, and has caught up with it, waits. */
export function createDecoder(options: DecoderOptions): Decoder {
  const units = createUnitsInside();
  const trust = createTrust();
  const pictures = createPictureCutter(options, { units, trust });
  const waiting: AccessUnit[] = [];
  let run: FfmpegRun | null = null;
  let isCatchingUp = true;
  let needsKey = true;
  let skipped = 0;

  const write = ({ stdin }: FfmpegRun, unit: AccessUnit): void => {
    // One system call for both; each wakes ffmpeg.
    const number = units.add(unit);
    trust.give({ number, key: unit.key });
    stdin.cork();
    stdin.write(toEnvelopeHead(number, unit));
    stdin.write(unit.bytes);
    stdin.uncork();
  };
  const begin = async (): Promise<void> => {
    run = await startDecoding(options, {
      onBytes: pictures.push,
      onDamage: () => {
        trust.noteDamage();
        options.onDamage();
      },
    });
    run.stdin.write(toEnvelopeStart(options.codec));
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

async function startDecoding(
  options: DecoderOptions,
  { onBytes, onDamage }: { onBytes(bytes: Buffer): void; onDamage(): void },
): Promise<FfmpegRun> {
  const { step, luma, ffmpeg, signal } = options;
  const { frameMode } = await ffmpeg.abilities();
  const chosen = step > 1 ? `select=not(mod(n\\,${step})),` : "";
  const numbered = `${toLumaFilter(luma)},${toNumberRowFilter(luma.width)}`;
  // Pictures this small are shared out among threads at a tenth of the whole cost.
  const decoding = [
    "-filter_threads",
    "1",
    "-threads",
    "1",
    ...WITHOUT_DEBLOCKING,
    "-flags",
    "low_delay",
  ];
  const probing = ["-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0"];
  return ffmpeg.start({
    input: {
      source: "pipe:0",
      options: ["-loglevel", "repeat+info", ...decoding, ...probing, "-f", "matroska"],
    },
    outputOptions: [
      ...["-map", "0:v:0", frameMode, frameMode === "-vsync" ? "0" : "passthrough"],
      ...[...KEEPING_NUMBERS, "-vf", chosen + numbered],
      // With threads of its own, even what only copies gives a picture when the next one comes.
      ...["-threads", "1", "-flush_packets", "1", "-f", "rawvideo"],
    ],
    onLine: (line) => {
      if (tellsOfDamage(line)) onDamage();
      // The input is described before the output, whose line would tell our own small size.
      const stream = parseStreamLine(line);
      if (stream && stream.codec !== "rawvideo") options.onStream(stream);
    },
    onBytes,
    signal,
  });
}

interface PictureCutter {
  push(chunk: Buffer): void;
}

function createPictureCutter(
  options: Pick<DecoderOptions, "luma" | "onPicture">,
  { units, trust }: { units: UnitsInside; trust: Trust },
): PictureCutter {
  const { luma, onPicture } = options;
  const isDue = createPace(luma.framesPerSecond);
  const pixelCount = luma.width * luma.height;
  const byteCount = pixelCount + luma.width;
  let picture = new Uint8Array(byteCount);
  let filled = 0;

  const finish = (): void => {
    filled = 0;
    const number = readNumber(picture.subarray(pixelCount));
    const unit = units.take(number);
    if (!unit || !isDue(unit.timestampMs)) return;
    const luma = picture.subarray(0, pixelCount);
    picture = new Uint8Array(byteCount);
    // What ffmpeg said before it wrote the picture is there by now, but on a pipe that may be read
    // after this one; it is read before anything that is put off.
    setImmediate(() => {
      if (trust.believes({ ...unit, number })) onPicture({ unit, luma });
    });
  };
  return {
    push(chunk) {
      let from = 0;
      while (from < chunk.length) {
        const part = chunk.subarray(from, from + byteCount - filled);
        picture.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled === byteCount) finish();
      }
    },
  };
}

/** Pictures that may be made up for once they were held up on the way. */
const LATE_MAX = 3;

/** True for as many pictures a second as wanted, by the pictures' own times. */
export function createPace(framesPerSecond: number): (timestampMs: number) => boolean {
  const intervalMs = 1_000 / framesPerSecond;
  // Pictures that come a little early, by the network's whim, must not halve the rate.
  const slackMs = intervalMs / 4;
  let dueMs: number | null = null;
  return (timestampMs) => {
    dueMs ??= timestampMs;
    if (timestampMs < dueMs - slackMs) return false;
    // On a busy network or a busy box they come in clusters, and one by one most of a cluster would
    // be too early; so it is the rate over a while that counts. A gap is not made up for.
    dueMs = Math.max(dueMs, timestampMs - LATE_MAX * intervalMs) + intervalMs;
    return true;
  };
}

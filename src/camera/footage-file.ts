/**
 * A video file as a camera: the same small grey pictures at the same rate, as fast as they decode,
 * with the file's own presentation times instead of a clock's.
 *
 * Times are those a player shows: the file's first moment is 0, whatever its time stamps begin
 * with. ffmpeg tells each picture's time in a line beside the pixels, so a variable frame rate needs
 * nothing of its own.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";

import { ApplianceError } from "../base/errors.ts";
import { createPace, type Luma, toLumaFilter, WITHOUT_DEBLOCKING } from "./decoder.ts";
import type { Ffmpeg, FfmpegEnd } from "./ffmpeg.ts";
import type { Frame, StillPicture } from "./frame.ts";
import { createTrust, tellsOfDamage } from "./trust.ts";

export interface FootageFile {
  /**
   * From the first picture to the last; `capturedAt` and `timestampMs` are the presentation time.
   * A file that breaks off ends there, and what was whole before counts. Throws `not-found` or
   * `invalid` with a sentence when there is no such file or no video in it, AbortError on abort.
   */
  frames(signal: AbortSignal): AsyncIterable<Frame>;
  /** How much was read so far, the last picture's own duration included. */
  readonly presentedMs: number;
  /** The picture that is shown at this time, in colour; null when nothing can be decoded there. */
  stillAt(
    atMs: number,
    options: { widthPx: number; signal: AbortSignal },
  ): Promise<StillPicture | null>;
}

export interface FootageFileOptions {
  path: string;
  luma: Luma;
  ffmpeg: Ffmpeg;
}

/** Does no IO before something is asked for. */
export function createFootageFile(options: FootageFileOptions): FootageFile {
  const { path, luma } = options;
  let timeline = createTimeline();

  async function* frames(signal: AbortSignal): AsyncGenerator<Frame> {
    await refuseWhatIsNoFile(path);
    timeline = createTimeline();
    const isDue = createPace(luma.framesPerSecond);
    const { width, height } = luma;
    let [unit, sequence] = [0, 0];
    for await (const { presentedAtMs, isSound, pixels } of readPictures(options, signal)) {
      unit += 1;
      const timestampMs = timeline.place(presentedAtMs);
      if (!isSound || !isDue(timestampMs)) continue;
      sequence += 1;
      const origin = { cameraId: path, sequence, unit, capturedAt: timestampMs, timestampMs };
      yield { ...origin, width, height, luma: pixels, settling: false };
    }
  }
  return {
    frames,
    get presentedMs() {
      return timeline.endMs;
    },
    stillAt: (atMs, place) => readStill(options, atMs, place),
  };
}

/** A time stamp that is missing or goes back would tear a motion apart, so none does. */
function createTimeline() {
  let lastMs: number | null = null;
  let intervalMs = 0;
  return {
    place(presentedAtMs: number): number {
      const guessMs = (lastMs ?? 0) + intervalMs;
      const toldMs = Number.isNaN(presentedAtMs) ? guessMs : presentedAtMs;
      const placedMs = Math.max(lastMs ?? toldMs, toldMs);
      intervalMs = lastMs === null ? 0 : placedMs - lastMs;
      lastMs = placedMs;
      return placedMs;
    },
    /** The last picture is taken to be shown for as long as the one before. */
    get endMs() {
      return (lastMs ?? 0) + intervalMs;
    },
  };
}

async function refuseWhatIsNoFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new ApplianceError("not-found", `There is no file ${path} that can be read.`, { cause });
  });
  if (!found.isFile()) throw new ApplianceError("invalid", `${path} is not a file.`);
}

/** Whatever a file names itself, ffmpeg reads this one file and opens nothing else. */
export function toInput(path: string, options: readonly string[] = []) {
  const allowed = ["-protocol_whitelist", "file", "-fflags", "+discardcorrupt"];
  return {
    source: `file:${resolve(path)}`,
    options: ["-nostdin", "-loglevel", "info", ...allowed, ...options],
  };
}

interface Told {
  /** NaN when the file does not tell. */
  presentedAtMs: number;
  /** False where damage spoils it (trust.ts). */
  isSound: boolean;
}

interface TimedPicture extends Told {
  /** Belongs to the receiver. */
  pixels: Uint8Array;
}

async function* readPictures(
  { path, luma, ffmpeg }: FootageFileOptions,
  signal: AbortSignal,
): AsyncGenerator<TimedPicture> {
  const { frameMode } = await ffmpeg.abilities();
  const times = createTimes();
  let isNoVideo = false;
  const stop = new AbortController();
  const run = await ffmpeg.start({
    // No low delay, as a live decoder has it: a file's pictures may need to be put into order. One
    // thread, or what it says of damage would be about a picture further on.
    input: toInput(path, ["-threads", "1", ...WITHOUT_DEBLOCKING]),
    outputOptions: [
      ...["-map", "0:V:0", frameMode, frameMode === "-vsync" ? "0" : "passthrough"],
      ...["-vf", `${toLumaFilter(luma)},showinfo`, "-f", "rawvideo"],
    ],
    onLine: (line) => {
      if (NO_VIDEO.test(line)) isNoVideo = true;
      else if (tellsOfDamage(line)) times.noteDamage();
      else times.note(line);
    },
    signal: AbortSignal.any([signal, stop.signal]),
  });
  // Owned by this run: `ended` never rejects.
  void run.ended.then(times.end);
  let count = 0;
  try {
    for await (const pixels of cutPictures(run.stdout, luma.width * luma.height)) {
      const told = await times.take();
      if (isNoVideo) break;
      count += 1;
      yield { ...told, pixels };
    }
    const end = await run.ended;
    signal.throwIfAborted();
    if (count === 0) throw toRefusal(path, end);
  } finally {
    stop.abort();
    await run.ended;
  }
}

function toRefusal(path: string, { lines }: FfmpegEnd): ApplianceError {
  return new ApplianceError("invalid", `${path} holds no video that ffmpeg can decode.`, {
    details: { lines: lines.slice(-3) },
  });
}

async function* cutPictures(stdout: Readable, pixelCount: number): AsyncGenerator<Uint8Array> {
  let picture = new Uint8Array(pixelCount);
  let filled = 0;
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + pixelCount - filled);
      picture.set(part, filled);
      filled += part.length;
      from += part.length;
      if (filled < pixelCount) continue;
      yield picture;
      picture = new Uint8Array(pixelCount);
      filled = 0;
    }
  }
}

/** ffmpeg would play a text file as if it were typed on a terminal, and a picture as a moment. */
const NO_VIDEO = /^Input #0, (?:tty|image2|\w+_pipe),/;

/** Only at a line's begin: what a file says of itself is printed further in. */
const TIME_LINE =
  /^\[Parsed_showinfo_\d+ @ \w+\] n: *(\d+) pts: *\S+ pts_time: *(\S+).* iskey:(\d)/;

/**
 * The time is told before its picture is written, but on a pipe of its own; and damage before the
 * time of the picture that has it.
 */
function createTimes() {
  const waiting: Told[] = [];
  const trust = createTrust();
  let isDamaged = false;
  let hasEnded = false;
  let wake = (): void => {};
  return {
    note(line: string): void {
      const found = TIME_LINE.exec(line);
      if (!found) return;
      const number = Number(found[1]);
      const presentedAtMs = Number(found[2]) * 1_000;
      trust.give({ number, key: found[3] === "1" });
      if (isDamaged) trust.noteDamage();
      isDamaged = false;
      waiting.push({
        presentedAtMs,
        isSound: trust.believes({ number, timestampMs: presentedAtMs }),
      });
      wake();
    },
    noteDamage(): void {
      isDamaged = true;
    },
    end(): void {
      hasEnded = true;
      wake();
    },
    async take(): Promise<Told> {
      while (waiting.length === 0 && !hasEnded) {
        await new Promise<void>((told) => {
          wake = told;
        });
      }
      return waiting.shift() ?? { presentedAtMs: Number.NaN, isSound: true };
    },
  };
}

/** Seeking goes to the first picture at or after a time; times are told in whole microseconds. */
const SEEK_SLACK_MS = 1;

async function readStill(
  { path, ffmpeg }: FootageFileOptions,
  atMs: number,
  { widthPx, signal }: { widthPx: number; signal: AbortSignal },
): Promise<StillPicture | null> {
  const seekSeconds = Math.max(0, (atMs - SEEK_SLACK_MS) / 1_000).toFixed(6);
  const run = await ffmpeg.start({
    input: toInput(path, ["-ss", seekSeconds]),
    outputOptions: [
      ...["-map", "0:V:0", "-frames:v", "1", "-vf", `scale=${widthPx}:-2,format=rgb24`],
      ...["-f", "rawvideo"],
    ],
    signal,
  });
  const rgb = Buffer.concat(await run.stdout.toArray());
  await run.ended;
  signal.throwIfAborted();
  const height = Math.floor(rgb.length / (widthPx * 3));
  return height === 0
    ? null
    : { width: widthPx, height, rgb: rgb.subarray(0, widthPx * 3 * height) };
}

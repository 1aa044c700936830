/**
 * Decodes a second of video that is known with each candidate of this box. A decoder that starts
 * may still drop pictures, give green ones or hang; so the pictures are counted, compared with
 * those of software, and waited for only so long.
 */
import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { Clock } from "../base/clock.ts";
import { ApplianceError, toSentence } from "../base/errors.ts";
import type { Codec } from "./access-units.ts";
import {
  type Candidate,
  type CandidateName,
  findCandidates,
  type Surroundings,
} from "./decoder-candidates.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import { askProgram } from "./ffmpeg-abilities.ts";

export interface DecoderVerdict {
  codec: Codec;
  decoder: CandidateName;
  isRight: boolean;
  sentence: string;
}

export interface TrialOptions {
  ffmpeg: Ffmpeg;
  clock: Clock;
  /** What there is to try; asked of the box when absent. */
  around?: Surroundings;
  deadlineMs?: number;
  signal: AbortSignal;
}

const CLIP_FOLDER = new URL("../../config/clips/", import.meta.url);
const CLIPS = { h264: "second.h264", h265: "second.h265" } as const;
const CLIP_PICTURES = 10;
const SIZE = { width: 160, height: 96 };
const PICTURE_BYTES = SIZE.width * SIZE.height;
const DEADLINE_MS = 10_000;
/** Grey steps of 255, on average: scalers differ by one or two, a wrong picture by dozens. */
const DIFFERENCE_MAX = 6;

/** Throws `unavailable` when there is no ffmpeg; a decoder that fails is a verdict. */
export async function tryDecoders(options: TrialOptions): Promise<DecoderVerdict[]> {
  const around = options.around ?? (await lookAround(options.ffmpeg));
  const verdicts: DecoderVerdict[] = [];
  for (const codec of ["h264", "h265"] as const) {
    const candidates = findCandidates(codec, SIZE, around);
    const software = candidates.find(({ name }) => name === "software") as Candidate;
    const known = await decodeClip(codec, software, options);
    for (const candidate of candidates) {
      // One after the other: drivers that allow one session must not fail for our hurry.
      const own = candidate === software ? known : await decodeClip(codec, candidate, options);
      const complaint = findComplaint(own, known);
      verdicts.push({
        codec,
        decoder: candidate.name,
        isRight: complaint === null,
        sentence: complaint ?? `all ${CLIP_PICTURES} pictures are right`,
      });
    }
  }
  return verdicts;
}

type Decoded =
  | { type: "pictures"; bytes: Buffer; code: number | null; lastLine: string }
  | { type: "late" }
  | { type: "unstartable"; why: string };

async function decodeClip(
  codec: Codec,
  { inputOptions, filter }: Candidate,
  { ffmpeg, clock, deadlineMs = DEADLINE_MS, signal }: TrialOptions,
): Promise<Decoded> {
  signal.throwIfAborted();
  const over = new AbortController();
  const late = new AbortController();
  const pieces: Buffer[] = [];
  // Owned by `over`, which ends the wait with the decoding.
  void clock.sleep(deadlineMs, { signal: over.signal }).then(
    () => late.abort(),
    () => {},
  );
  try {
    const run = await ffmpeg.start({
      input: {
        source: fileURLToPath(new URL(CLIPS[codec], CLIP_FOLDER)),
        options: ["-loglevel", "error", ...inputOptions, "-f", codec === "h264" ? "h264" : "hevc"],
      },
      outputOptions: ["-map", "0:v:0", "-vf", filter, "-f", "rawvideo"],
      onBytes: (bytes) => pieces.push(Buffer.from(bytes)),
      signal: AbortSignal.any([signal, late.signal]),
    });
    const { code, lines } = await run.ended;
    signal.throwIfAborted();
    if (late.signal.aborted) return { type: "late" };
    return { type: "pictures", bytes: Buffer.concat(pieces), code, lastLine: lines.at(-1) ?? "" };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ApplianceError)) throw error;
    return { type: "unstartable", why: toSentence(error) };
  } finally {
    over.abort();
  }
}

/** What speaks against a decoder; null when nothing does. */
function findComplaint(own: Decoded, known: Decoded): string | null {
  if (own.type === "late") return "it did not end in time";
  if (own.type === "unstartable") return own.why;
  if (own.code !== 0) {
    return own.lastLine === "" ? "ffmpeg failed with it" : `ffmpeg failed with it: ${own.lastLine}`;
  }
  const count = own.bytes.length / PICTURE_BYTES;
  if (count !== CLIP_PICTURES) {
    return `it gave ${count.toFixed(1)} pictures of ${CLIP_PICTURES}`;
  }
  if (known.type !== "pictures" || known.bytes.length !== own.bytes.length) {
    return "software, which it is compared with, does not decode here";
  }
  const difference = toMeanDifference(own.bytes, known.bytes);
  return difference > DIFFERENCE_MAX ? "its pictures are not those of software" : null;
}

function toMeanDifference(one: Buffer, other: Buffer): number {
  let sum = 0;
  for (const [i, value] of one.entries()) sum += Math.abs(value - (other[i] ?? 0));
  return sum / one.length;
}

async function lookAround(ffmpeg: Ffmpeg): Promise<Surroundings> {
  const { path } = await ffmpeg.abilities();
  const [decoders, accelerators, top, render] = await Promise.all([
    askProgram(path, ["-hide_banner", "-decoders"]),
    askProgram(path, ["-hide_banner", "-hwaccels"]),
    readdir("/dev").catch(() => []),
    readdir("/dev/dri").catch(() => []),
  ]);
  return {
    decoders: new Set([...decoders.matchAll(/^ V\S+ (\S+)/gm)].map((found) => found[1] ?? "")),
    accelerators: new Set(accelerators.split("\n").map((line) => line.trim())),
    devices: [
      ...top.map((name) => `/dev/${name}`),
      ...render.map((name) => `/dev/dri/${name}`),
    ].sort(),
  };
}

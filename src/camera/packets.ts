/** The compressed pictures of a video file, measured without decoding any. */
import { createInterface } from "node:readline";

import { createUnitCutter } from "./access-units.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import { toInput } from "./footage-file.ts";
import { createUnitMeasure, type UnitMeasures } from "./unit-measure.ts";

export interface Packet extends UnitMeasures {
  presentedAtMs: number;
  key: boolean;
}

export interface Packets {
  /** In the order in which they are shown. */
  packets: readonly Packet[];
  /** Of a picture; null when the file does not tell. */
  pixelCount: number | null;
}

export interface PacketsOptions {
  path: string;
  ffmpeg: Ffmpeg;
}

export async function readPackets(options: PacketsOptions, signal: AbortSignal): Promise<Packets> {
  const { codec, pixelCount, packets } = await readTable(options, signal);
  const measures = codec === null ? [] : await measureUnits(options, { codec, signal });
  // A file may hold its pictures in pieces; then the table's own sizes have to do.
  const measured =
    measures.length === packets.length
      ? packets.map((packet, i) => ({ ...packet, ...measures[i] }))
      : packets;
  signal.throwIfAborted();
  return { packets: measured.sort((a, b) => a.presentedAtMs - b.presentedAtMs), pixelCount };
}

/** One line a packet; one that is no key packet says so at its end. */
const PACKET_LINE = /^0, *-?\d+, *(-?\d+), *\d+, *(\d+), *0x\w+(, *F=)?/;
const TIME_BASE_LINE = /^#tb 0: (\d+)\/(\d+)/;
const CODEC_LINE = /^#codec_id 0: (h264|hevc)/;
const SIZE_LINE = /^#dimensions 0: (\d+)x(\d+)/;

/** In the order in which they are decoded, with ffmpeg's name of a codec that can be cut. */
async function readTable(
  { path, ffmpeg }: PacketsOptions,
  signal: AbortSignal,
): Promise<{ codec: string | null; pixelCount: number | null; packets: Packet[] }> {
  const run = await ffmpeg.start({
    input: toInput(path),
    outputOptions: ["-map", "0:V:0", "-c", "copy", "-f", "framecrc"],
    signal,
  });
  let tickMs = 1;
  let codec: string | null = null;
  let pixelCount: number | null = null;
  const packets: Packet[] = [];
  for await (const line of createInterface(run.stdout)) {
    codec = CODEC_LINE.exec(line)?.[1] ?? codec;
    const [, width, height] = SIZE_LINE.exec(line) ?? [];
    if (height) pixelCount = Number(width) * Number(height);
    const [, numerator, denominator] = TIME_BASE_LINE.exec(line) ?? [];
    if (denominator) tickMs = (Number(numerator) * 1_000) / Number(denominator);
    const [, ticks, byteCount, isOther] = PACKET_LINE.exec(line) ?? [];
    if (ticks === undefined) continue;
    const presentedAtMs = Number(ticks) * tickMs;
    const measures = { byteCount: Number(byteCount), quantiser: null };
    packets.push({ presentedAtMs, key: isOther === undefined, ...measures });
  }
  await run.ended;
  return { codec, pixelCount, packets };
}

/** As a camera would send them. */
async function measureUnits(
  { path, ffmpeg }: PacketsOptions,
  { codec, signal }: { codec: string; signal: AbortSignal },
): Promise<UnitMeasures[]> {
  const run = await ffmpeg.start({
    input: toInput(path),
    outputOptions: ["-map", "0:V:0", "-c", "copy", "-f", codec],
    signal,
  });
  const cutter = createUnitCutter();
  const measure = createUnitMeasure();
  const measures: UnitMeasures[] = [];
  for await (const bytes of run.stdout as AsyncIterable<Buffer>) {
    measures.push(...cutter.push(bytes, NEVER_MIND).map(measure));
  }
  measures.push(...cutter.flush().map(measure));
  await run.ended;
  return measures;
}

const NEVER_MIND = { capturedAt: 0, timestampMs: 0 };

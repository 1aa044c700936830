/**
 * A video file as a camera whose stream is not decoded in full: the same gate, with the file's
 * compressed sizes. The file itself is decoded in full, so this costs more and not less; it shows
 * what would have been seen.
 */
import { createPace, type Luma } from "./decoder.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import { createFootageFile, type FootageFile } from "./footage-file.ts";
import type { Camera, Frame } from "./frame.ts";
import { createGate, type Gate, type Impression, type Order } from "./gate.ts";
import { type Packet, readPackets } from "./packets.ts";
import { createPassage, type OfUnit } from "./passage.ts";
import type { GlancedFrame } from "./streams.ts";

export interface GatedFootage extends FootageFile, Pick<Camera, "watchClosely"> {}

export interface GatedFootageOptions {
  path: string;
  luma: Luma;
  ffmpeg: Ffmpeg;
  glance(frame: GlancedFrame): Impression;
}

/** More than any file has; so that every picture of it comes. */
const EVERY_PICTURE = 1_000;

export function createGatedFootage(options: GatedFootageOptions): GatedFootage {
  const { luma } = options;
  const every = { ...luma, framesPerSecond: EVERY_PICTURE };
  const footage = createFootageFile({ ...options, luma: every });
  let gate = createGate("adaptive");

  async function* frames(signal: AbortSignal): AsyncGenerator<Frame> {
    gate = createGate("adaptive");
    const { packets, pixelCount } = await readPackets(options, signal);
    if (pixelCount !== null) gate.noteSize(pixelCount);
    const packetAt = createPackets(packets);
    const choice = createChoice(gate, options);
    for await (const frame of footage.frames(signal)) {
      yield* choice.take(frame, packetAt(frame.timestampMs));
    }
  }
  return {
    frames,
    get presentedMs() {
      return footage.presentedMs;
    },
    stillAt: footage.stillAt,
    watchClosely: ({ timestampMs }) => gate.watchClosely(timestampMs),
  };
}

/** Does what decoding does with the gate's orders, with pictures that are there already. */
function createChoice(gate: Gate, { luma, glance }: GatedFootageOptions) {
  let sinceLast: Picture[] = [];
  let chosen: Frame[] = [];
  let isDue = createPace(luma.framesPerSecond);
  const passage = createPassage<Picture>(gate, {
    onPicture: ({ frame }) => chosen.push(frame),
    glance: ({ frame }, sight) => glance({ ...frame, settling: sight === "settling", sight }),
  });
  const watch = (picture: Picture): void => {
    if (isDue(picture.unit.timestampMs)) passage.watched(picture);
  };
  const follow = (order: Order, picture: Picture): void => {
    if (order === "watch") watch(picture);
    // A peek sees the picture as it is: close to what it would be when patched onto the key picture.
    else if (order === "glance" || order === "peek") passage.glanced(picture);
    else if (order === "catch-up") {
      isDue = createPace(luma.framesPerSecond);
      for (const past of sinceLast) watch(past);
    }
  };

  return {
    /** Answers the frames that a camera would have given now. */
    take(frame: Frame, { key, byteCount, quantiser }: Packet): readonly Frame[] {
      const picture = { frame, unit: { key, number: frame.unit, timestampMs: frame.timestampMs } };
      sinceLast.push(picture);
      if (key) passage.beginGroup(frame.unit);
      follow(gate.take({ ...picture.unit, byteCount, quantiser }), picture);
      sinceLast = sinceLast.filter(({ unit }) => unit.number > passage.passedOn);
      const given = chosen;
      chosen = [];
      return given;
    },
  };
}

interface Picture {
  frame: Frame;
  unit: OfUnit["unit"];
}

const NO_PACKET: Packet = { presentedAtMs: 0, key: false, byteCount: 0, quantiser: null };

/** Pictures that ffmpeg could not decode are missing among the frames, so they are found by time. */
function createPackets(packets: readonly Packet[]): (timestampMs: number) => Packet {
  let at = 0;
  return (timestampMs) => {
    while ((packets[at + 1]?.presentedAtMs ?? Number.POSITIVE_INFINITY) <= timestampMs + SLACK_MS) {
      at += 1;
    }
    return packets[at] ?? NO_PACKET;
  };
}

/** Two roundings of the same time. */
const SLACK_MS = 1;

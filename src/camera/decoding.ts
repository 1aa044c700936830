/**
 * Keeps a decoder on the units of one session: starts it at a key unit, starts another when it died
 * or when the stream changes its parameters or its rate, and says which pictures are still settling.
 */
import { findSequenceParameters } from "./access-units.ts";
import { createCadence } from "./cadence.ts";
import type { StreamLine } from "./complaint.ts";
import { createDecoder, type DecodedPicture, type Decoder, type Luma } from "./decoder.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { AccessUnit } from "./ring.ts";

export interface Decoding {
  feed(unit: AccessUnit): void;
  /** Units that were never decoded: ffmpeg was busy, or had just died. */
  readonly skipped: number;
  /** After the signal aborted: when the last decoder is gone. */
  ended(): Promise<void>;
}

export interface DecodingOptions {
  luma: Luma;
  ffmpeg: Ffmpeg;
  onPicture(picture: DecodedPicture, settling: boolean): void;
  onStream(stream: StreamLine): void;
  /** For each unit that cannot be decoded as it was meant. */
  onDamage(): void;
  signal: AbortSignal;
}

/** Exposure and bit rate find their level in the first moments; both limits must be passed. */
const SETTLING_MS = 2_000;
const SETTLING_PICTURES = 5;

export function createDecoding(options: DecodingOptions): Decoding {
  let current: { decoder: Decoder; step: number; stop: AbortController } | null = null;
  let parameters: Buffer | null = null;
  let skippedBefore = 0;
  let isSettling = createSettling();
  const cadence = createCadence(options.luma);
  const live = new Set<Promise<void>>();

  const end = (): void => {
    skippedBefore += current?.decoder.skipped ?? 0;
    current?.stop.abort();
    current = null;
  };
  const begin = (unit: AccessUnit): void => {
    end();
    const stop = new AbortController();
    const { step } = cadence;
    const decoder = createDecoder({
      ...{ ...options, codec: unit.codec, step },
      // What a decoder still has in hand when its session or its turn is over is about the past:
      // told to end, it gives its last picture, which would show a lost camera as online again.
      onPicture: (picture) => {
        if (current?.stop !== stop || options.signal.aborted) return;
        options.onPicture(picture, isSettling(picture.unit.timestampMs));
      },
      onStream: (stream) => {
        if (current?.stop === stop) options.onStream(stream);
      },
      onDamage: () => {
        if (current?.stop === stop && !options.signal.aborted) options.onDamage();
      },
      signal: AbortSignal.any([options.signal, stop.signal]),
    });
    current = { decoder, step, stop };
    // Owned by this decoding: `ended` never rejects, and the next key unit begins another decoder.
    live.add(decoder.ended);
    void decoder.ended.then(() => {
      live.delete(decoder.ended);
      if (current?.stop === stop) end();
    });
  };

  const followStream = (unit: AccessUnit): void => {
    const now = findSequenceParameters(unit);
    const changed = now !== null && parameters !== null && !now.equals(parameters);
    if (!current || changed) {
      isSettling = createSettling();
      begin(unit);
    } else if (current.step !== cadence.step) {
      // The picture goes on as it was; only fewer or more of it are wanted.
      begin(unit);
    }
    parameters = now ?? parameters;
  };

  return {
    feed(unit) {
      if (options.signal.aborted) return;
      cadence.observe(unit);
      if (unit.key) followStream(unit);
      if (current) current.decoder.feed(unit);
      else skippedBefore += 1;
    },
    get skipped() {
      return skippedBefore + (current?.decoder.skipped ?? 0);
    },
    async ended() {
      await Promise.all(live);
    },
  };
}

function createSettling(): (timestampMs: number) => boolean {
  let firstAtMs: number | null = null;
  let count = 0;
  return (timestampMs) => {
    firstAtMs ??= timestampMs;
    count += 1;
    return count <= SETTLING_PICTURES || timestampMs - firstAtMs < SETTLING_MS;
  };
}

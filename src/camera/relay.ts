/**
 * One decoder after the other on the same stream: starts one at a key unit, another when it died or
 * when pictures are wanted at another step, and none while it rests.
 */
import { watchAborted } from "../base/aborted.ts";
import { createDecoder, type Decoder, type DecoderOptions } from "./decoder.ts";
import type { AccessUnit } from "./ring.ts";

export interface Relay {
  feed(unit: AccessUnit, step: number): void;
  /** Ends the decoder; what it has in hand is lost. The next key unit starts another. */
  rest(): void;
  readonly skipped: number;
  /** After the signal aborted: when the last decoder is gone. */
  ended(): Promise<void>;
}

export interface RelayOptions extends Omit<DecoderOptions, "codec" | "step"> {
  /** A decoder died by itself. */
  onDeath(): void;
}

export function createRelay(options: RelayOptions): Relay {
  let current: { decoder: Decoder; step: number; stop: AbortController } | null = null;
  let skippedBefore = 0;
  const live = new Set<Promise<void>>();
  const isOver = watchAborted(options.signal);

  const rest = (): void => {
    skippedBefore += current?.decoder.skipped ?? 0;
    current?.stop.abort();
    current = null;
  };
  const begin = ({ codec }: AccessUnit, step: number): void => {
    rest();
    const stop = new AbortController();
    // What a decoder still has in hand when its session or its turn is over is about the past:
    // told to end, it gives its last picture, which would show a lost camera as online again.
    const isItsTurn = () => current?.stop === stop && !isOver();
    const decoder = createDecoder({
      ...{ ...options, codec, step },
      onPicture: (picture) => {
        if (isItsTurn()) options.onPicture(picture);
      },
      onStream: (stream) => {
        if (isItsTurn()) options.onStream(stream);
      },
      onDamage: () => {
        if (isItsTurn()) options.onDamage();
      },
      signal: AbortSignal.any([options.signal, stop.signal]),
    });
    current = { decoder, step, stop };
    // Owned by this relay: `ended` never rejects, and the next key unit begins another decoder.
    live.add(decoder.ended);
    void decoder.ended.then(() => {
      live.delete(decoder.ended);
      if (current?.stop !== stop) return;
      rest();
      options.onDeath();
    });
  };

  return {
    feed(unit, step) {
      if (unit.key && current?.step !== step) begin(unit, step);
      if (current) current.decoder.feed(unit);
      else skippedBefore += 1;
    },
    rest,
    get skipped() {
      return skippedBefore + (current?.decoder.skipped ?? 0);
    },
    async ended() {
      await Promise.all(live);
    },
  };
}

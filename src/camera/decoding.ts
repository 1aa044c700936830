/**
 * Decodes of one session what the gate asks for: everything by one decoder, or key units alone by
 * another that stays while the first one rests.
 */
import { watchAborted } from "../base/aborted.ts";
import { findSequenceParameters } from "./access-units.ts";
import { createCadence } from "./cadence.ts";
import type { StreamLine } from "./complaint.ts";
import type { DecodedPicture, Luma } from "./decoder.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { DecodingState } from "./frame.ts";
import { createGate, type DecodingWish } from "./gate.ts";
import { createPassage, type PassagePorts } from "./passage.ts";
import { createRelay } from "./relay.ts";
import type { AccessUnit } from "./ring.ts";
import { createUnitMeasure } from "./unit-measure.ts";

export interface Decoding {
  feed(unit: AccessUnit): void;
  /** Something moved, or may have, in a picture of that time: everything is decoded for a while. */
  watchClosely(timestampMs: number): void;
  readonly state: DecodingState;
  /** Units that were never decoded: ffmpeg was busy, or had just died. */
  readonly skipped: number;
  /** After the signal aborted: when the last decoder is gone. */
  ended(): Promise<void>;
}

export interface DecodingOptions extends PassagePorts<DecodedPicture> {
  wish: DecodingWish;
  luma: Luma;
  ffmpeg: Ffmpeg;
  onStream(stream: StreamLine): void;
  /** For each unit that cannot be decoded as it was meant. */
  onDamage(): void;
  /** What is remembered of the stream, from the key unit of that unit's group on, or later. */
  unitsSince(number: number): readonly AccessUnit[];
  /** After each change of what is decoded. */
  onChange(state: DecodingState): void;
  signal: AbortSignal;
}

export function createDecoding(options: DecodingOptions): Decoding {
  const gate = createGate(options.wish);
  const cadence = createCadence(options.luma);
  const measure = createUnitMeasure();
  const passage = createPassage(gate, options);
  const isOver = watchAborted(options.signal);
  let parameters: Buffer | null = null;
  let told = gate.state;

  const onStream = (stream: StreamLine): void => {
    if (stream.width && stream.height) gate.noteSize(stream.width * stream.height);
    options.onStream(stream);
  };
  const shared = { ...options, onStream };
  const watching = createRelay({
    ...{ ...shared, onPicture: passage.watched, onDeath: passage.settleAnew },
  });
  let isPeeking = false;
  const glancing = createRelay({
    ...{ ...shared, onPicture: passage.glanced, onDeath: () => {} },
    // What cannot be patched onto a key picture tells nothing of the stream.
    onDamage: () => (isPeeking ? gate.endPeeks() : options.onDamage()),
  });
  const glance = (unit: AccessUnit, order: "glance" | "peek"): void => {
    isPeeking = order === "peek";
    glancing.feed(unit, 1);
  };

  const followParameters = (unit: AccessUnit): void => {
    const found = findSequenceParameters(unit);
    if (found && parameters && !found.equals(parameters)) {
      passage.settleAnew();
      gate.watchClosely(unit.timestampMs);
      watching.rest();
      glancing.rest();
    }
    parameters = found ?? parameters;
  };
  const decode = (unit: AccessUnit): void => {
    const order = gate.take({ ...unit, ...measure(unit) });
    if (order === "watch") watching.feed(unit, cadence.step);
    else if (order === "catch-up") {
      for (const past of options.unitsSince(passage.passedOn)) watching.feed(past, cadence.step);
    } else {
      watching.rest();
      if (order !== "leave") glance(unit, order);
    }
  };
  const tell = (): void => {
    const { state } = gate;
    const { mode, now, reason } = told;
    if (state.mode === mode && state.now === now && state.reason === reason) return;
    told = state;
    options.onChange(state);
  };

  return {
    feed(unit) {
      if (isOver()) return;
      cadence.observe(unit);
      if (unit.key) {
        passage.beginGroup(unit.number);
        followParameters(unit);
      }
      decode(unit);
      tell();
    },
    watchClosely: gate.watchClosely,
    get state() {
      return gate.state;
    },
    get skipped() {
      return watching.skipped + glancing.skipped;
    },
    async ended() {
      await Promise.all([watching.ended(), glancing.ended()]);
    },
  };
}

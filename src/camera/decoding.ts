/**
 * Decodes of one session what the gate asks for: everything by one decoder, or key units alone by
 * another that stays while the first one rests. Passes pictures on in order, each once, and says
 * which are still settling.
 */
import { findSequenceParameters } from "./access-units.ts";
import { createCadence } from "./cadence.ts";
import type { StreamLine } from "./complaint.ts";
import type { DecodedPicture, Luma } from "./decoder.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { DecodingState } from "./frame.ts";
import { createGate, type DecodingWish, type Gate, type Impression } from "./gate.ts";
import { createRelay } from "./relay.ts";
import type { AccessUnit } from "./ring.ts";

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

export interface DecodingOptions {
  wish: DecodingWish;
  luma: Luma;
  ffmpeg: Ffmpeg;
  onPicture(picture: DecodedPicture, settling: boolean): void;
  onStream(stream: StreamLine): void;
  /** Asked of one picture in each group; of every one until it is ready to tell. */
  glance(picture: DecodedPicture, settling: boolean): Impression;
  /** What is remembered of the stream, from the key unit of that unit's group on, or later. */
  unitsSince(number: number): readonly AccessUnit[];
  /** After each change of what is decoded. */
  onChange(state: DecodingState): void;
  signal: AbortSignal;
}

/** Exposure and bit rate find their level in the first moments; both limits must be passed. */
const SETTLING_MS = 2_000;
const SETTLING_PICTURES = 5;

export function createDecoding(options: DecodingOptions): Decoding {
  const gate = createGate(options.wish);
  const cadence = createCadence(options.luma);
  const passage = createPassage(gate, options);
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
  const glancing = createRelay({ ...shared, onPicture: passage.glanced, onDeath: () => {} });

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
    const order = gate.take({ ...unit, byteCount: unit.bytes.length });
    if (order === "watch") watching.feed(unit, cadence.step);
    else if (order === "catch-up") {
      for (const past of options.unitsSince(passage.passedOn)) watching.feed(past, cadence.step);
    } else {
      watching.rest();
      if (order === "glance") glancing.feed(unit, 1);
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
      if (options.signal.aborted) return;
      cadence.observe(unit);
      if (unit.key) {
        passage.beginGroup(unit);
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

/** The way of pictures from both decoders: in order, each once, and glanced at on the way. */
function createPassage(gate: Gate, options: Pick<DecodingOptions, "onPicture" | "glance">) {
  let isSettling = createSettling();
  let passedOn = 0;
  let groupBegan = 0;
  let glancedAt = -1;

  const glance = (picture: DecodedPicture, settling: boolean): Impression => {
    const impression = options.glance(picture, settling);
    if (impression !== "unready") glancedAt = picture.unit.number;
    gate.noteImpression(impression, picture.unit.timestampMs);
    return impression;
  };
  const passOn = (picture: DecodedPicture, settling: boolean): void => {
    passedOn = picture.unit.number;
    gate.notePassedOn(picture.unit.timestampMs);
    options.onPicture(picture, settling);
  };
  return {
    beginGroup(unit: AccessUnit): void {
      groupBegan = unit.number;
    },
    settleAnew(): void {
      isSettling = createSettling();
    },
    watched(picture: DecodedPicture): void {
      const { number, timestampMs } = picture.unit;
      // After a catch-up the decoder gives again what was passed on before.
      if (number <= passedOn) return;
      const settling = isSettling(timestampMs);
      // Whoever glances must know the scene as it is, also while everything is watched.
      const isNewGroup = glancedAt < groupBegan && groupBegan <= number;
      if (isNewGroup && gate.state.mode === "adaptive") glance(picture, settling);
      passOn(picture, settling);
    },
    /** A suspicious picture is not passed on: what came before it has to be first. */
    glanced(picture: DecodedPicture): void {
      const { key, number } = picture.unit;
      const isLate = gate.state.now === "watching" || number <= glancedAt;
      if (!key || isLate || glance(picture, false) !== "calm") return;
      passOn(picture, false);
    },
    /** The number of the unit whose picture was passed on last. */
    get passedOn() {
      return passedOn;
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

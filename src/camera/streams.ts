/**
 * The two streams a camera may have. The main one is read, kept and decoded; the detail one is only
 * read and kept, and its troubles never touch the camera's state.
 */
import { once } from "node:events";

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { parseCameraUrl } from "../config/camera-url.ts";
import type { CutUnit } from "./access-units.ts";
import { UNDECODABLE } from "./complaint.ts";
import { type ConnectionOptions, runConnection } from "./connection.ts";
import type { DecodedPicture, Luma } from "./decoder.ts";
import { createDecoding, type Decoding, type DecodingOptions } from "./decoding.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { DecodingState, Frame } from "./frame.ts";
import { type Impression, judgeAtOnce } from "./gate.ts";
import type { Sight } from "./passage.ts";
import type { Ring } from "./ring.ts";
import type { StatusBoard } from "./status-board.ts";
import { createWhole, type Onlooker } from "./whole.ts";

interface StreamOptions extends Pick<ConnectionOptions, "admit"> {
  ring: Ring;
  ffmpeg: Ffmpeg;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

export interface MainStreamOptions
  extends StreamOptions,
    Pick<DecodingOptions, "wish" | "luma" | "onChange"> {
  url: string;
  board: StatusBoard;
  /** Each time that decoding begins anew. */
  onDecoding(decoding: Pick<Decoding, "state" | "watchClosely">): void;
  onFrame(frame: LumaFrame): void;
  glance(frame: GlancedFrame): Impression;
}

/** A frame that nobody counted yet. */
export type LumaFrame = Omit<Frame, "cameraId" | "sequence">;

export interface GlancedFrame extends LumaFrame {
  sight: Sight;
}

/** Units without a picture for so long: the decoder hangs, or cannot make anything of them. */
const UNDECODED_MS = 20_000;

/** Returns once the signal aborts. */
export async function runMainStream(options: MainStreamOptions): Promise<void> {
  const { url, board, log, signal } = options;
  const place = parseCameraUrl(url);
  if (!place.ok) {
    const reason = `The camera's address ${place.reason}.`;
    board.noteFailure({ state: "config_error", reason });
    return untilAborted(signal);
  }

  // Whether anything may be left out shows with the stream's size, and may change with it.
  let whole = judgeAtOnce(options.wish, null);
  let session = createMainSession(options, whole);
  await runConnection({
    ...options,
    place,
    onSession: () => {
      void session.end();
      session = createMainSession(options, whole);
      board.noteSession();
    },
    onlooker: () => session.onlooker,
    onStream: (stream) => {
      board.noteStream(stream);
      if (!stream.width || !stream.height) return null;
      const before = whole;
      whole = judgeAtOnce(options.wish, stream.width * stream.height);
      return (before === null) === (whole === null) ? null : "renew";
    },
    onUnit: (unit, number) => session.take(unit, number),
    onFailure: ({ complaint, lines }) => {
      // The decoder ends by its signal; the next session does not wait for it.
      void session.end();
      log.debug("camera session ended", { ...complaint, lines });
      board.noteFailure(complaint);
    },
  });
  await session.end();
}

/** What belongs to one connection. */
interface MainSession {
  /** Null where the stream is only copied. */
  onlooker: Onlooker | null;
  take(cut: CutUnit, number?: number): void;
  end(): Promise<void>;
}

function createMainSession(options: MainStreamOptions, whole: DecodingState | null): MainSession {
  return whole ? createWholeSession(options, whole) : createChoosingSession(options);
}

/** ffmpeg gives all pictures by itself. */
function createWholeSession(options: MainStreamOptions, state: DecodingState): MainSession {
  const { ring, luma, board, clock } = options;
  const stop = new AbortController();
  let isBegun = false;
  let pictureAtMs = 0;
  const whole = createWhole({
    clock,
    onPicture: (picture, settling) => {
      pictureAtMs = picture.timestampMs;
      const { number, ...seen } = picture;
      options.onFrame({ ...seen, width: luma.width, height: luma.height, settling, unit: number });
    },
    onDamage: () => board.noteDamage(),
    signal: AbortSignal.any([options.signal, stop.signal]),
  });

  return {
    onlooker: { luma, onPicture: whole.onPicture, onDamage: whole.onDamage },
    take(cut, number) {
      if (!isBegun) {
        // The last session's units stay until another one really begins.
        ring.clear();
        options.onDecoding({ state, watchClosely: () => {} });
        pictureAtMs = cut.timestampMs;
        isBegun = true;
      }
      if (cut.timestampMs - pictureAtMs > UNDECODED_MS) {
        board.noteFailure(UNDECODABLE);
        pictureAtMs = cut.timestampMs;
      }
      whole.takeUnit(ring.push(cut, number));
    },
    async end() {
      stop.abort();
    },
  };
}

/** With decoders of its own, and the ring's change over to its units. */
function createChoosingSession(options: MainStreamOptions): MainSession {
  const { ring, luma, board, log } = options;
  let stop = new AbortController();
  let decoding: Decoding | null = null;
  let pictureAtMs = 0;

  const end = async (): Promise<void> => {
    stop.abort();
    if (decoding && decoding.skipped > 0) {
      log.warn("camera units were not decoded", { units: decoding.skipped });
    }
    const ending = decoding;
    decoding = null;
    await ending?.ended();
  };
  const begin = (): Decoding => {
    // Owned by the processes that were told to end; nothing here waits for them.
    void end();
    stop = new AbortController();
    const begun = createDecoding({
      ...options,
      onPicture: (picture, settling) => {
        pictureAtMs = picture.unit.timestampMs;
        options.onFrame(toFrame(picture, luma, settling));
      },
      onStream: (stream) => board.noteStream(stream),
      onDamage: () => board.noteDamage(),
      glance: (picture, sight) =>
        options.glance({ ...toFrame(picture, luma, sight === "settling"), sight }),
      unitsSince: ring.since,
      signal: AbortSignal.any([options.signal, stop.signal]),
    });
    options.onDecoding(begun);
    return begun;
  };
  const take = (cut: CutUnit): void => {
    // The last session's units stay to be decoded until another one really begins.
    if (!decoding) ring.clear();
    if (!decoding || cut.timestampMs - pictureAtMs > UNDECODED_MS) {
      if (decoding) board.noteFailure(UNDECODABLE);
      decoding = begin();
      pictureAtMs = cut.timestampMs;
    }
    decoding.feed(ring.push(cut));
  };
  return { onlooker: null, take, end };
}

function toFrame({ unit, luma }: DecodedPicture, size: Luma, settling: boolean) {
  const { capturedAt, timestampMs, number } = unit;
  const { width, height } = size;
  return { capturedAt, timestampMs, width, height, luma, settling, unit: number };
}

/** Returns once the signal aborts. */
export async function runDetailStream(
  options: StreamOptions & { detailUrl: string | null },
): Promise<void> {
  const { detailUrl, ring, log, signal } = options;
  const place = detailUrl === null ? null : parseCameraUrl(detailUrl);
  if (!place) return;
  if (!place.ok) {
    log.warn("camera detail address cannot be used", { reason: place.reason });
    return untilAborted(signal);
  }

  let begun = false;
  let failedAs: string | null = null;
  await runConnection({
    ...options,
    place,
    onSession: () => {
      begun = false;
    },
    onUnit: (unit) => {
      if (!begun) ring.clear();
      begun = true;
      failedAs = null;
      ring.push(unit);
    },
    onFailure: ({ complaint }) => {
      // Pictures come from the main stream meanwhile; one line tells it, not one every try.
      if (failedAs !== complaint.state) log.warn("camera detail stream failed", { ...complaint });
      failedAs = complaint.state;
    },
  });
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

/**
 * In: an RTSP address. Out: small grey frames with their times, for ever, and a full picture of any
 * frame of the last seconds. Never: decides what matters, keeps anything on disk, gives up.
 *
 *   camera ──► reader (ffmpeg, copies) ──► ring ──► decoder (ffmpeg, small and grey) ──► frames
 *                                           └─────► still (ffmpeg for one picture) ──► picture
 *
 * Where nothing is ever left out, the reader's ffmpeg decodes as well (whole.ts).
 */
import { createNewest } from "../base/bounded.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ConnectionOptions } from "./connection.ts";
import type { Luma } from "./decoder.ts";
import type { Decoding } from "./decoding.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { Camera, CameraStatus, DecodingState, Frame } from "./frame.ts";
import type { DecodingWish, Impression } from "./gate.ts";
import { createRing } from "./ring.ts";
import { createStatusBoard } from "./status-board.ts";
import { createStills } from "./stills.ts";
import { type GlancedFrame, type LumaFrame, runDetailStream, runMainStream } from "./streams.ts";

export interface CameraOptions {
  id: string;
  url: string;
  /** A larger stream of the same camera, for pictures; null: the same. */
  detailUrl: string | null;
  luma: Luma;
  decoding: DecodingWish;
  /** Asked of a few pictures of a stream that is not decoded in full, and of no other stream. */
  glance(frame: GlancedFrame): Impression;
  /** Null or absent: its address is the operator's own word. */
  admit?: ConnectionOptions["admit"];
  ffmpeg: Ffmpeg;
  clock: Clock;
  log: Log;
  /** After each change of state. */
  onState(status: CameraStatus): void;
}

/** When a quiet stream is decoded again, its last seconds come in a burst. */
const WAITING_MAX = 64;

export function createCamera(options: CameraOptions): Camera {
  const { id, clock, ffmpeg } = options;
  const log = options.log.child({ camera: id });
  const rings = { main: createRing(), detail: createRing() };
  const stills = createStills({ ...rings, ffmpeg });
  let sequence = 0;
  let droppedBefore = 0;
  let waiting = createNewest<Frame>(WAITING_MAX);
  let decoding: Pick<Decoding, "watchClosely"> | null = null;
  let decoded: DecodingState = { mode: "full", now: "watching", reason: null };

  const board = createStatusBoard({ cameraId: id, clock, onChange: () => tell() });
  const status = (): CameraStatus => board.read(droppedBefore + waiting.replaced, decoded);
  const tell = (): void => {
    const now = status();
    log.info("camera state changed", { state: now.state, reason: now.reason });
    options.onState(now);
  };

  const noteDecoding = (state: DecodingState): void => {
    const { mode, now, reason } = state;
    const isNews = mode !== decoded.mode || reason !== decoded.reason;
    decoded = state;
    if (isNews) log.info("camera decoding chosen", { mode, reason });
    else log.debug("camera decoding changed", { now });
  };
  const onDecoding = (begun: Pick<Decoding, "state" | "watchClosely">): void => {
    decoding = begun;
    noteDecoding(begun.state);
  };

  async function* frames(signal: AbortSignal): AsyncGenerator<Frame> {
    const stop = new AbortController();
    const shared = { ...options, log, board, signal: AbortSignal.any([signal, stop.signal]) };
    droppedBefore += waiting.replaced;
    waiting = createNewest<Frame>(WAITING_MAX);
    const onFrame = (frame: LumaFrame): void => {
      board.noteFrame(frame);
      waiting.offer({ ...frame, cameraId: id, sequence: ++sequence });
    };
    const streams = [
      runMainStream({
        ...{ ...shared, wish: options.decoding, ring: rings.main, onFrame },
        ...{ onDecoding, onChange: noteDecoding },
      }),
      runDetailStream({ ...shared, ring: rings.detail }),
    ];
    const running = Promise.all(streams).finally(() => waiting.end());
    try {
      yield* waiting;
    } finally {
      stop.abort();
      await running;
    }
  }

  return {
    id,
    frames,
    status,
    watchClosely: ({ timestampMs }) => decoding?.watchClosely(timestampMs),
    still: (frame, { signal }) => stills.of(frame, { signal }),
    latestStill: ({ signal }) => stills.newest({ signal }),
  };
}

/**
 * In: an RTSP address. Out: small grey frames with their times, for ever, and a full picture of any
 * frame of the last seconds. Never: decides what matters, keeps anything on disk, gives up.
 *
 *   camera ──► reader (ffmpeg, copies) ──► ring ──► decoder (ffmpeg, small and grey) ──► frames
 *                                           └─────► still (ffmpeg for one picture) ──► picture
 */
import { createLatest } from "../base/bounded.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Luma } from "./decoder.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { Camera, CameraStatus, Frame } from "./frame.ts";
import { createRing } from "./ring.ts";
import { createStatusBoard } from "./status-board.ts";
import { createStills } from "./stills.ts";
import { runDetailStream, runMainStream } from "./streams.ts";

export interface CameraOptions {
  id: string;
  url: string;
  /** A larger stream of the same camera, for pictures; null: the same. */
  detailUrl: string | null;
  luma: Luma;
  ffmpeg: Ffmpeg;
  clock: Clock;
  log: Log;
  /** After each change of state. */
  onState(status: CameraStatus): void;
}

export function createCamera(options: CameraOptions): Camera {
  const { id, clock, ffmpeg } = options;
  const log = options.log.child({ camera: id });
  const rings = { main: createRing(), detail: createRing() };
  const stills = createStills({ ...rings, ffmpeg });
  let sequence = 0;
  let droppedBefore = 0;
  let latest = createLatest<Frame>();

  const board = createStatusBoard({ cameraId: id, clock, onChange: () => tell() });
  const status = (): CameraStatus => board.read(droppedBefore + latest.replaced);
  const tell = (): void => {
    const now = status();
    log.info("camera state changed", { state: now.state, reason: now.reason });
    options.onState(now);
  };

  async function* frames(signal: AbortSignal): AsyncGenerator<Frame> {
    const stop = new AbortController();
    const shared = { ...options, log, board, signal: AbortSignal.any([signal, stop.signal]) };
    droppedBefore += latest.replaced;
    latest = createLatest<Frame>();
    const onFrame = (frame: Omit<Frame, "cameraId" | "sequence">): void => {
      board.noteFrame(frame);
      latest.offer({ ...frame, cameraId: id, sequence: ++sequence });
    };
    const streams = [
      runMainStream({ ...shared, ring: rings.main, onFrame }),
      runDetailStream({ ...shared, ring: rings.detail }),
    ];
    const running = Promise.all(streams).finally(() => latest.end());
    try {
      yield* latest;
    } finally {
      stop.abort();
      await running;
    }
  }

  return {
    id,
    frames,
    status,
    still: (frame, { signal }) => stills.of(frame, { signal }),
    latestStill: ({ signal }) => stills.newest({ signal }),
  };
}

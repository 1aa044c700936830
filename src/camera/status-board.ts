/**
 * What is known of a camera at this moment. A failed state stays until the next good frame, so that
 * nothing flickers while the daemon tries again and again.
 */
import type { Clock } from "../base/clock.ts";
import { DAMAGED, type StreamLine } from "./complaint.ts";
import type { CameraState, CameraStatus, DecodingState } from "./frame.ts";

export interface StatusBoard {
  noteSession(): void;
  noteStream(stream: StreamLine): void;
  noteFrame(frame: { capturedAt: number; timestampMs: number }): void;
  /** A unit came that cannot be decoded as it was meant. */
  noteDamage(): void;
  noteFailure(failure: { state: CameraState; reason: string }): void;
  read(framesDropped: number, decoding: DecodingState): CameraStatus;
}

const RATE_OVER_MS = 5_000;
/** For so long after the last damaged unit a camera that is online says so. */
const DAMAGE_TOLD_MS = 60_000;
/** While only key frames are decoded there is one in some seconds. */
const QUIET_RATE_OVER_MS = 20_000;

export function createStatusBoard(options: {
  cameraId: string;
  clock: Clock;
  /** After each change of state, when the board already shows it. */
  onChange(): void;
}): StatusBoard {
  const { cameraId, clock } = options;
  const stream: Pick<CameraStatus, "codec" | "width" | "height"> = {
    codec: null,
    width: null,
    height: null,
  };
  let state: CameraState = "connecting";
  let reason: string | null = null;
  let since = clock.now();
  let framesSeen = 0;
  let lastFrameAt: number | null = null;
  let connections = 0;
  let unitsDamaged = 0;
  let damagedAtMs = Number.NEGATIVE_INFINITY;
  const recentMs: number[] = [];

  const turn = (next: CameraState, why: string | null): void => {
    reason = why;
    if (state === next) return;
    state = next;
    since = clock.now();
    options.onChange();
  };
  const readRate = (overMs: number): number => {
    const counted = recentMs.filter((atMs) => clock.monotonic() - atMs <= overMs);
    const spanMs = (counted.at(-1) ?? 0) - (counted[0] ?? 0);
    return spanMs > 0 ? Math.round(((counted.length - 1) * 10_000) / spanMs) / 10 : 0;
  };
  const readReason = (): string | null => {
    const isDamaged = clock.monotonic() - damagedAtMs < DAMAGE_TOLD_MS;
    return state === "online" && isDamaged ? DAMAGED : reason;
  };

  return {
    noteSession() {
      connections += 1;
    },
    noteStream({ codec, width, height }) {
      stream.codec = codec;
      // Not every description tells the size; the decoder learns it from the stream itself.
      stream.width = width ?? stream.width;
      stream.height = height ?? stream.height;
    },
    noteFrame({ capturedAt, timestampMs }) {
      framesSeen += 1;
      lastFrameAt = capturedAt;
      recentMs.push(timestampMs);
      if (recentMs.length > RECENT_MAX) recentMs.shift();
      turn("online", null);
    },
    noteDamage() {
      unitsDamaged += 1;
      damagedAtMs = clock.monotonic();
    },
    noteFailure(failure) {
      turn(failure.state, failure.reason);
    },
    read: (framesDropped, decoding) => ({
      ...{ cameraId, state, reason: readReason(), since, ...stream },
      framesPerSecond: readRate(decoding.now === "quiet" ? QUIET_RATE_OVER_MS : RATE_OVER_MS),
      lastFrameAt,
      framesSeen,
      framesDropped,
      unitsDamaged,
      connections,
      decoding,
    }),
  };
}

/** More than the fastest analysis gives in the time that counts. */
const RECENT_MAX = 128;

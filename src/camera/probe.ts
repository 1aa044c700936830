/** Opens a camera once, as a person would to see whether its address is right. */
import type { Clock } from "../base/clock.ts";
import { ApplianceError, type ErrorKind } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { parseCameraUrl } from "../config/camera-url.ts";
import type { Complaint } from "./complaint.ts";
import type { Ffmpeg } from "./ffmpeg.ts";
import type { StillPicture } from "./frame.ts";
import { knock } from "./knock.ts";
import { type CameraPlace, type Probing, type ReaderEnd, runReader } from "./reader.ts";
import { createRing, type Ring } from "./ring.ts";
import { decodeStill } from "./still.ts";

export interface CameraProbe {
  codec: string;
  width: number;
  height: number;
  /** As counted, not as the camera claims. */
  framesPerSecond: number;
  still: StillPicture;
}

export interface ProbeOptions {
  ffmpeg: Ffmpeg;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** Long enough to count pictures, short enough to wait for. */
const COUNTED_MS = 2_000;

/**
 * Throws ApplianceError with the sentence of the camera's state: `invalid` for a bad address,
 * `unauthenticated` for a refused login, `unavailable` otherwise; AbortError on abort.
 */
export async function probeCamera(url: string, options: ProbeOptions): Promise<CameraProbe> {
  const place = parseCameraUrl(url);
  if (!place.ok) throw new ApplianceError("invalid", `The camera's address ${place.reason}.`);
  const closed = await knock(place, options);
  options.signal.throwIfAborted();
  if (closed) throw toError(closed);

  const ring = createRing();
  let end = await readFor(place, "quick", ring, options);
  if (end.type === "failed" && end.tryPatiently) {
    end = await readFor(place, "patient", ring, options);
  }
  options.signal.throwIfAborted();
  const newest = ring.newest();
  if (end.type === "failed") {
    options.log.debug("camera probe failed", { state: end.complaint.state, lines: end.lines });
    if (!newest) throw toError(end.complaint);
  }
  return describe(ring, options);
}

/** Reads until two seconds of pictures are there, or the session ends by itself. */
async function readFor(
  place: CameraPlace,
  probing: Probing,
  ring: Ring,
  options: ProbeOptions,
): Promise<ReaderEnd> {
  const enough = new AbortController();
  let firstAtMs: number | null = null;
  return runReader({
    ...options,
    place,
    probing,
    onUnit: (cut) => {
      const unit = ring.push(cut);
      firstAtMs ??= unit.timestampMs;
      if (unit.timestampMs - firstAtMs >= COUNTED_MS) enough.abort();
    },
    signal: AbortSignal.any([options.signal, enough.signal]),
  });
}

async function describe(ring: Ring, options: ProbeOptions): Promise<CameraProbe> {
  const newest = ring.newest();
  const units = newest && ring.upTo(newest.number);
  const still = units && (await decodeStill(units, options));
  if (!newest || !still) {
    throw new ApplianceError(
      "unavailable",
      "The camera sends video that cannot be decoded; choose plain H.264 or H.265 in it.",
    );
  }
  const { width, height } = still;
  return { codec: newest.codec, width, height, framesPerSecond: readRate(ring), still };
}

function readRate(ring: Ring): number {
  const first = ring.nearest(0);
  const newest = ring.newest();
  const spanMs = newest && first ? newest.timestampMs - first.timestampMs : 0;
  return spanMs > 0 ? Math.round(((ring.counts().units - 1) * 10_000) / spanMs) / 10 : 0;
}

function toError({ state, reason }: Complaint): ApplianceError {
  const kinds: Partial<Record<Complaint["state"], ErrorKind>> = {
    auth_failed: "unauthenticated",
    config_error: "invalid",
    stalled: "timed-out",
  };
  return new ApplianceError(kinds[state] ?? "unavailable", reason, { details: { state } });
}

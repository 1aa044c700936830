/**
 * A stream that is always wanted: one session after the other, for ever. What went wrong decides
 * how long to wait; no failure is final.
 */
import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { createBackoff } from "../base/retry.ts";
import type { Complaint } from "./complaint.ts";
import { knock } from "./knock.ts";
import {
  type CameraPlace,
  type Probing,
  type ReaderEnd,
  type ReaderOptions,
  runReader,
} from "./reader.ts";

export interface ConnectionOptions extends Omit<ReaderOptions, "probing"> {
  /** Why it must not be connected to, in a sentence's second half; asked before each session. */
  admit?: ((place: CameraPlace) => Promise<string | null>) | null | undefined;
  /** Each time a session begins, once the camera opened its door. */
  onSession(): void;
  onFailure(failure: { complaint: Complaint; lines: readonly string[] }): void;
}

const BACKOFF = { firstMs: 500, longestMs: 8_000 };
/** Cameras lock their users out after a few wrong passwords. */
const SLOW_MS = 60_000;
const FFMPEG_MISSING_MS = 10_000;
/** A camera that starts up knows its streams a little later than its network. */
const CONFIG_ERRORS_BEFORE_SLOW = 3;

/** Returns once the signal aborts. */
export async function runConnection(options: ConnectionOptions): Promise<void> {
  const { clock, signal } = options;
  const backoff = createBackoff(BACKOFF);
  let probing: Probing = "quick";
  let configErrors = 0;
  const onUnit: ReaderOptions["onUnit"] = (unit, number) => {
    configErrors = 0;
    backoff.reset();
    options.onUnit(unit, number);
  };

  // Told at once: the ffmpeg of a silent camera may take seconds to let go.
  const onSilent = (complaint: Complaint): void => options.onFailure({ complaint, lines: [] });

  while (!signal.aborted) {
    const end = await runSession({ ...options, onUnit, onSilent, probing });
    if (end.type === "stopped" || signal.aborted) return;
    if (end.tryPatiently) probing = "patient";
    options.onFailure(end);
    configErrors = end.complaint.state === "config_error" ? configErrors + 1 : 0;
    const waitMs = isSlow(end.complaint, configErrors) ? SLOW_MS : backoff.nextMs();
    const missing = end.complaint.state === "ffmpeg_missing";
    await pause(missing ? FFMPEG_MISSING_MS : waitMs, { clock, signal });
  }
}

function isSlow({ state }: Complaint, configErrors: number): boolean {
  if (state === "auth_failed") return true;
  return state === "config_error" && configErrors >= CONFIG_ERRORS_BEFORE_SLOW;
}

async function runSession(
  options: ConnectionOptions & ReaderOptions,
): Promise<Exclude<ReaderEnd, { type: "renewed" }>> {
  const refusal = (await options.admit?.(options.place)) ?? null;
  if (refusal !== null) {
    const complaint = {
      state: "config_error",
      reason: `The camera's address ${refusal}.`,
    } as const;
    return { type: "failed", complaint, tryPatiently: false, lines: [] };
  }
  const closed = await knock(options.place, options);
  if (options.signal.aborted) return { type: "stopped" };
  if (closed) return { type: "failed", complaint: closed, tryPatiently: false, lines: [] };
  options.onSession();
  try {
    const end = await runReader(options);
    return end.type === "renewed" ? await runSession(options) : end;
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    const complaint = { state: "ffmpeg_missing" as const, reason: error.message };
    return { type: "failed", complaint, tryPatiently: false, lines: [] };
  }
}

async function pause(
  durationMs: number,
  options: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  // Rejects on abort alone, which the caller looks at next.
  await options.clock.sleep(durationMs, options).catch(() => {});
}

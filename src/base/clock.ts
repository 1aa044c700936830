/**
 * The only door to time. Wall time is for display and storage, monotonic time for durations and
 * deadlines; two wall times are never subtracted. Tests bring a clock of their own.
 */
import { setTimeout as delay } from "node:timers/promises";

export interface Clock {
  /** Wall time, UTC epoch milliseconds. May step back when NTP corrects it. */
  now(): number;
  /** Milliseconds since an arbitrary start. Never steps back. */
  monotonic(): number;
  /** Resolves after `durationMs`; rejects with an AbortError when the signal aborts first. */
  sleep(durationMs: number, options: { signal: AbortSignal }): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (durationMs, { signal }) => delay(durationMs, undefined, { signal }),
};

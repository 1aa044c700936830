/**
 * How long to wait before the next try: exponential, capped, with full jitter below the cap, so
 * that many cameras that die together do not come back in one thundering herd. Never gives up.
 */
import { ExponentialBackoff } from "cockatiel";

export interface Backoff {
  /** The next wait in milliseconds; grows with each call. */
  nextMs(): number;
  /** Back to the first wait, after a success. */
  reset(): void;
}

export function createBackoff(options: { firstMs: number; longestMs: number }): Backoff {
  const factory = new ExponentialBackoff({
    initialDelay: options.firstMs,
    maxDelay: options.longestMs,
  });
  // Nothing is made at a reset: a camera is a success at every frame.
  let current: ReturnType<typeof factory.next> | null = null;
  return {
    nextMs() {
      const next = current ?? factory.next();
      current = next.next(undefined);
      return next.duration;
    },
    reset() {
      current = null;
    },
  };
}

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
  let current = factory.next();
  return {
    nextMs() {
      const waitMs = current.duration;
      current = current.next(undefined);
      return waitMs;
    },
    reset() {
      current = factory.next();
    },
  };
}

/**
 * The page's only door to time. Wall time is for display, monotonic time for ages and deadlines:
 * a phone whose clock is set while the page is open must not call the picture an hour old.
 */
export interface Clock {
  /** Wall time, UTC epoch milliseconds. */
  now(): number;
  /** Milliseconds since an arbitrary start. Never steps back. */
  monotonic(): number;
  /** Resolves after `durationMs`; rejects with an AbortError when the signal aborts first. */
  sleep(durationMs: number, options: { signal: AbortSignal }): Promise<void>;
}

export const browserClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (durationMs, { signal }) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const giveUp = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      }, durationMs);
      signal.addEventListener("abort", giveUp, { once: true });
    }),
};

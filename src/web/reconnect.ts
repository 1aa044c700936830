/**
 * How long to wait before the next try: doubles up to a limit and never gives up. Half of each wait
 * is random, so that all the pages on a LAN do not come back in the same instant.
 */
export interface ReconnectPolicy {
  /** The next wait in milliseconds; grows with each call. */
  nextMs(): number;
  /** Back to the first wait, after a success. */
  reset(): void;
}

export function createReconnectPolicy(options: {
  firstMs: number;
  longestMs: number;
  random: () => number;
}): ReconnectPolicy {
  let spanMs = options.firstMs;
  return {
    nextMs() {
      const waitMs = spanMs / 2 + (spanMs / 2) * options.random();
      spanMs = Math.min(spanMs * 2, options.longestMs);
      return Math.round(waitMs);
    },
    reset() {
      spanMs = options.firstMs;
    },
  };
}

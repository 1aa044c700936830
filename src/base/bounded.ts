/**
 * Buffers with a limit. `createLatest` holds one value: a newer one replaces it and is counted, so
 * a slow reader sees the present, never a backlog.
 */
export interface Latest<T> {
  offer(value: T): void;
  /** Ends the iteration after the value in hand. */
  end(): void;
  /** How many values were replaced before anyone took them. */
  readonly replaced: number;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}

export function createLatest<T>(): Latest<T> {
  let held: { value: T } | null = null;
  let ended = false;
  let replaced = 0;
  let give: ((result: IteratorResult<T>) => void) | null = null;

  // Without async functions in between: this is the way of every frame.
  const next = (): Promise<IteratorResult<T>> => {
    if (held) {
      const { value } = held;
      held = null;
      return Promise.resolve({ done: false, value });
    }
    if (ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      give = resolve;
    });
  };
  const giveNow = (result: IteratorResult<T>): boolean => {
    const isAwaited = give !== null;
    give?.(result);
    give = null;
    return isAwaited;
  };

  return {
    offer(value) {
      if (ended || giveNow({ done: false, value })) return;
      if (held) replaced += 1;
      held = { value };
    },
    end() {
      ended = true;
      giveNow({ done: true, value: undefined });
    },
    get replaced() {
      return replaced;
    },
    [Symbol.asyncIterator]: () => ({ next }),
  };
}

/**
 * Buffers with a limit. `createNewest` holds the newest values: one too many replaces the oldest and
 * is counted, so a slow reader sees the present, never more of a backlog than that.
 */
export interface Newest<T> {
  offer(value: T): void;
  /** Ends the iteration after the values in hand. */
  end(): void;
  /** How many values were replaced before anyone took them. */
  readonly replaced: number;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}

export function createNewest<T>(countMax: number): Newest<T> {
  const held: T[] = [];
  let ended = false;
  let replaced = 0;
  let give: ((result: IteratorResult<T>) => void) | null = null;

  // Without async functions in between: this is the way of every frame.
  const next = (): Promise<IteratorResult<T>> => {
    if (held.length > 0) return Promise.resolve({ done: false, value: held.shift() as T });
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
      if (held.length === countMax) {
        held.shift();
        replaced += 1;
      }
      held.push(value);
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

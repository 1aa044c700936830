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
  let wake: (() => void) | null = null;

  const next = async (): Promise<IteratorResult<T>> => {
    while (!held && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (!held) return { done: true, value: undefined };
    const { value } = held;
    held = null;
    return { done: false, value };
  };
  const ring = (): void => {
    wake?.();
    wake = null;
  };

  return {
    offer(value) {
      if (ended) return;
      if (held) replaced += 1;
      held = { value };
      ring();
    },
    end() {
      ended = true;
      ring();
    },
    get replaced() {
      return replaced;
    },
    [Symbol.asyncIterator]: () => ({ next }),
  };
}

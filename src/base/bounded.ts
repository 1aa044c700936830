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
  let wake: (() => void) | null = null;

  const next = async (): Promise<IteratorResult<T>> => {
    while (held.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (held.length === 0) return { done: true, value: undefined };
    return { done: false, value: held.shift() as T };
  };
  const ring = (): void => {
    wake?.();
    wake = null;
  };

  return {
    offer(value) {
      if (ended) return;
      if (held.length === countMax) {
        held.shift();
        replaced += 1;
      }
      held.push(value);
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

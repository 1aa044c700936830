/** Something asked of the box: shown as waited for, as it is, or with the reason why it is not. */
import { useCallback, useEffect, useState } from "preact/hooks";

import { usePage } from "./page.ts";

export type Answer<T> =
  | { type: "waiting" }
  | { type: "ready"; value: T }
  | { type: "failed"; error: unknown };

export interface Asked<T> {
  answer: Answer<T>;
  /** What is shown stays until the new answer is there. */
  again(): void;
}

/** With `everyMs` it is asked again by itself, for as long as it is shown. */
export function useAnswer<T>(path: string, options: { everyMs?: number } = {}): Asked<T> {
  const { clock } = usePage();
  const ask = useAsk();
  const [answer, setAnswer] = useState<Answer<T>>({ type: "waiting" });
  const [turn, setTurn] = useState(0);
  const { everyMs } = options;

  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const follow = async () => {
      do {
        const next = await ask<T>(path, { signal }).then(
          (value): Answer<T> => ({ type: "ready", value }),
          (error: unknown): Answer<T> => ({ type: "failed", error }),
        );
        if (signal.aborted) return;
        setAnswer(next);
        if (everyMs !== undefined) await clock.sleep(everyMs, { signal }).catch(() => {});
      } while (everyMs !== undefined && !signal.aborted);
    };
    // Ends with its signal; every failure becomes an answer.
    void follow();
    return () => abort.abort();
  }, [ask, clock, path, everyMs, turn]);

  return { answer, again: useCallback(() => setTurn((before) => before + 1), []) };
}

/** Throws a RequestError; an answer without a body is undefined. */
export type Ask = <T>(
  path: string,
  options?: { method?: string; body?: object; signal?: AbortSignal },
) => Promise<T>;

export function useAsk(): Ask {
  const { session } = usePage();
  return useCallback(
    async <T>(path: string, options: Parameters<Ask>[1] = {}) => {
      const { method = "GET", body, signal } = options;
      const response = await session.ask(path, {
        method,
        ...(signal && { signal }),
        ...(body && {
          body: JSON.stringify(body),
          headers: { "Content-Type": "application/json" },
        }),
      });
      const text = await response.text();
      return (text === "" ? undefined : JSON.parse(text)) as T;
    },
    [session],
  );
}

/**
 * How long a model server may take: a deadline for the whole, and, once it has begun to answer, a
 * limit on silence. Before the first sign of life only the deadline counts: a slow machine reads a
 * picture for a minute without a word, and giving up on it makes it begin again.
 */
import type { Clock } from "../base/clock.ts";
import { createTrouble } from "./vision-model.ts";

export interface Patience extends Disposable {
  /** Aborts with the caller's reason, or with a `timed-out` ApplianceError. */
  readonly signal: AbortSignal;
  /** A sign of life: silence is counted anew from here. */
  progress(): void;
}

export interface Limits {
  deadlineMs: number;
  silenceMs: number;
}

export function createPatience(
  limits: Limits,
  options: { clock: Clock; signal: AbortSignal },
): Patience {
  const { clock } = options;
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  let lastSignAt: number | null = null;

  const giveUp = (sentence: string): void =>
    over.abort(createTrouble("model_timeout", sentence, { details: { ...limits } }));

  const waitForTheWhole = async (): Promise<void> => {
    await clock.sleep(limits.deadlineMs, { signal });
    giveUp("The model did not finish in the time it is given.");
  };

  const waitForSilence = async (since: number): Promise<void> => {
    let silentSince = since;
    for (;;) {
      await clock.sleep(silentSince + limits.silenceMs - clock.monotonic(), { signal });
      // One sleep serves many signs of life: it is only made up for what came while it lasted.
      if (lastSignAt === null || lastSignAt === silentSince) break;
      silentSince = lastSignAt;
    }
    giveUp("The model fell silent in the middle of its answer.");
  };

  own(waitForTheWhole());
  return {
    signal,
    progress() {
      const isFirst = lastSignAt === null;
      lastSignAt = clock.monotonic();
      if (isFirst) own(waitForSilence(lastSignAt));
    },
    [Symbol.dispose]: () => over.abort(),
  };
}

/** A wait ends when its signal aborts, and then there is nobody left who would want to know. */
function own(wait: Promise<void>): void {
  wait.catch(() => {});
}

/** A rest that can be cut short. Ringing while nobody rests is remembered, once. */
import type { Clock } from "../base/clock.ts";
import { isAbort } from "../base/errors.ts";

export interface Bell {
  ring(): void;
  /** Resolves after `restMs`, or as soon as the bell rings. One at a time. */
  rest(restMs: number): Promise<void>;
}

export function createBell(clock: Clock): Bell {
  let rung = false;
  let sleep: AbortController | null = null;

  return {
    ring() {
      rung = true;
      sleep?.abort();
    },
    async rest(restMs) {
      if (!rung) {
        sleep = new AbortController();
        try {
          await clock.sleep(restMs, { signal: sleep.signal });
        } catch (error) {
          if (!isAbort(error)) throw error;
        } finally {
          sleep = null;
        }
      }
      rung = false;
    },
  };
}

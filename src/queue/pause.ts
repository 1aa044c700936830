/**
 * Why the desk rests, and until when: a circuit breaker over our own clock. Each pause after a
 * fruitless probe is longer than the last, up to a minute. After a probe that went well the desk is
 * on trial, one job at a time, until a job comes to an end of its own. Never gives up.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { createBackoff } from "../base/retry.ts";
import type { DescribedEvent } from "../events/event.ts";

export interface Pause {
  /** Machine-readable. */
  code: string;
  /** One plain sentence. */
  reason: string;
  /** Wall time at which the desk began to rest, whatever the reasons since. */
  since: number;
}

export interface PauseClock {
  readonly current: Pause | null;
  /** From an outage until a job came to an end of its own. */
  readonly isTrial: boolean;
  /** How long until the next probe; 0 when it may be now. */
  remainingMs(): number;
  /** Begins or goes on; a pause that is still running is not made longer. */
  extend(why: { code: string; reason: string }): void;
  /** The probe went well. The next pause may still be a long one, until a job succeeds. */
  end(): void;
  /** A job came to an end of its own: the next pause begins short again. */
  reset(): void;
}

const PAUSE_FIRST_MS = 5_000;
export const PAUSE_LONGEST_MS = 60_000;

export function createPauseClock(options: { clock: Clock; log: Log }): PauseClock {
  const { clock, log } = options;
  const backoff = createBackoff({ firstMs: PAUSE_FIRST_MS, longestMs: PAUSE_LONGEST_MS });
  let current: Pause | null = null;
  let endsAtMs = 0;
  let isTrial = false;

  const remainingMs = (): number =>
    current === null ? 0 : Math.max(0, endsAtMs - clock.monotonic());

  return {
    get current() {
      return current;
    },
    get isTrial() {
      return isTrial;
    },
    remainingMs,
    extend({ code, reason }) {
      if (current?.code !== code) log.warn("desk rests", { code, reason });
      if (remainingMs() === 0) endsAtMs = clock.monotonic() + backoff.nextMs();
      isTrial = true;
      current = { code, reason, since: current?.since ?? clock.now() };
    },
    end() {
      if (current) log.info("desk goes on", { after: current.code });
      current = null;
    },
    reset() {
      isTrial = false;
      backoff.reset();
    },
  };
}

/** What waits while the desk rests waits for the same; its row only says what it waited for first. */
export function explainWait(event: DescribedEvent, pause: Pause | null): DescribedEvent {
  if (pause === null || event.analysisStatus !== "pending") return event;
  return { ...event, analysisReason: pause.reason };
}

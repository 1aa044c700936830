import type { Clock } from "../../src/base/clock.ts";

export interface ManualClock extends Clock {
  /** Moves both clocks on and wakes, in order, everyone whose sleep has ended by then. */
  advance(durationMs: number): Promise<void>;
  /** Steps the wall clock alone, as NTP or a dead battery does. */
  stepWall(durationMs: number): void;
  /** How many sleeps are under way. */
  readonly sleepers: number;
}

interface Sleeper {
  wakesAt: number;
  wake: () => void;
}

/** A clock that stands still until it is told to move. */
export function createManualClock(startAt = Date.UTC(2026, 0, 1)): ManualClock {
  let monotonicMs = 0;
  let wallOffsetMs = startAt;
  const sleepers = new Set<Sleeper>();

  return {
    now: () => wallOffsetMs + monotonicMs,
    monotonic: () => monotonicMs,
    sleep: (durationMs, { signal }) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const sleeper: Sleeper = { wakesAt: monotonicMs + durationMs, wake: resolve };
        sleepers.add(sleeper);
        signal.addEventListener(
          "abort",
          () => {
            sleepers.delete(sleeper);
            reject(signal.reason);
          },
          { once: true },
        );
      }),
    async advance(durationMs) {
      const target = monotonicMs + durationMs;
      for (;;) {
        await settle();
        const due = [...sleepers]
          .filter((sleeper) => sleeper.wakesAt <= target)
          .sort((a, b) => a.wakesAt - b.wakesAt)[0];
        if (!due) break;
        monotonicMs = Math.max(monotonicMs, due.wakesAt);
        sleepers.delete(due);
        due.wake();
      }
      monotonicMs = target;
      await settle();
    },
    stepWall(durationMs) {
      wallOffsetMs += durationMs;
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}

/** Lets every promise that can go on do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

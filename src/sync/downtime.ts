/** Counts how long cameras that should give pictures give none, minute by minute, while the box runs. */
import type { Clock } from "../base/clock.ts";
import { isAbort } from "../base/errors.ts";
import type { Service } from "../base/lifecycle.ts";
import { toDaySpan } from "./digest.ts";

const LOOK_MS = 60_000;

export function createDowntimeWatch(ports: {
  clock: Clock;
  /** That should give pictures and do not. */
  camerasDown(): readonly string[];
  addDowntime(cameraId: string, day: string, durationMs: number): void;
  onFailed(error: unknown): void;
}): Service {
  const { clock } = ports;
  return {
    name: "downtime",
    async run(signal) {
      let lookedMs = clock.monotonic();
      try {
        for (;;) {
          await clock.sleep(LOOK_MS, { signal });
          const sinceMs = clock.monotonic() - lookedMs;
          lookedMs = clock.monotonic();
          const { day } = toDaySpan(clock.now());
          for (const id of ports.camerasDown()) attempt(() => ports.addDowntime(id, day, sinceMs));
        }
      } catch (error) {
        if (!isAbort(error)) throw error;
      }
    },
  };

  /** A minute that a full disk swallows is no reason to stop. */
  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      ports.onFailed(error);
    }
  }
}

/** The only door to node-cron: work at times of day, by the box's time zone. */
import { createTask, type ScheduledTask, validate } from "node-cron";

import { systemClock } from "./clock.ts";
import { toSentence } from "./errors.ts";
import type { Service } from "./lifecycle.ts";
import type { Log } from "./log.ts";

/** Whether it is an expression of five fields, or of six with the seconds first. */
export function isSchedule(expression: string): boolean {
  return validate(expression);
}

/**
 * Does the work at those times until it is stopped. What is still under way when its next time comes
 * is not begun a second time, and times that passed meanwhile are made up for once; what fails is logged, and done again at the next time.
 */
export function createScheduled(options: {
  name: string;
  schedule: string;
  /** Told to stop by the signal; its end is waited for. */
  work(signal: AbortSignal): void | Promise<void>;
  log: Log;
}): Service {
  const { name, schedule, work, log } = options;
  return {
    name,
    async run(signal) {
      if (signal.aborted) return;
      const attempt = async (): Promise<void> => {
        try {
          await work(signal);
        } catch (error) {
          if (signal.aborted) return;
          log.error("scheduled work failed", { work: name, reason: toSentence(error) });
        }
      };
      const task = createTask(schedule, () => {}, { name });
      let dueAt = nextOf(task);
      while (!signal.aborted) {
        const waitMs = Math.min(Math.max(0, dueAt - systemClock.now()), LOOK_MS);
        await systemClock.sleep(waitMs, { signal }).catch(() => {});
        if (signal.aborted) return;
        if (systemClock.now() >= dueAt) {
          await attempt();
          dueAt = nextOf(task);
        }
        // A clock that was set back has its next time sooner.
        dueAt = Math.min(dueAt, nextOf(task));
      }
    },
  };
}

/** So soon it is noticed that the clock was set. */
const LOOK_MS = 10_000;

/**
 * Only its reckoning: its own timer counts every time between when the clock is set on, which from 1970
 * takes minutes in which nothing else runs, and waits for a clock that was set back to catch up.
 */
function nextOf(task: ScheduledTask): number {
  const [next] = task.getNextRuns(1);
  return next ? next.getTime() : Number.POSITIVE_INFINITY;
}

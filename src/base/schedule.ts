/** The only door to node-cron: work at times of day, by the box's time zone. */
import { createTask, validate } from "node-cron";

import { toSentence } from "./errors.ts";
import type { Service } from "./lifecycle.ts";
import type { Log } from "./log.ts";

/** Whether it is an expression of five fields, or of six with the seconds first. */
export function isSchedule(expression: string): boolean {
  return validate(expression);
}

/**
 * Does the work at those times until it is stopped. What is still under way when its next time comes
 * is not begun a second time; what fails is logged, and done again at the next time.
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
      let underWay = Promise.resolve();
      // Times that passed while the process was busy or the machine slept are simply over.
      const settings = {
        name,
        noOverlap: true,
        suppressMissedWarning: true,
        logger: toLogger(log),
      };
      const task = createTask(
        schedule,
        () => {
          underWay = attempt();
          return underWay;
        },
        settings,
      );
      await task.start();
      await new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      await task.destroy();
      await underWay;
    },
  };
}

/** Its own words are for whoever looks closely. */
function toLogger(log: Log) {
  const tell = (message: string | Error): void =>
    log.debug("schedule", { said: toSentence(message) });
  return { info: tell, warn: tell, error: tell, debug: tell };
}

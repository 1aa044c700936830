import type { QueueCounts } from "../../src/events/announcement.ts";
import type { QueueState } from "../../src/queue/analysis-queue.ts";

/** What the desk tells of itself; nothing waits but what is given. */
export function createCounts(given: Partial<QueueCounts> = {}): QueueCounts {
  const waitingByUrgency = { asked: 0, urgent: 0, ordinary: 0, low: 0 };
  return { waiting: 0, waitingByUrgency, shed: 0, running: 0, dead: 0, oldestAt: null, ...given };
}

/** A desk that works, and has described nothing yet. */
export function createQueueState(given: Partial<QueueState> = {}): QueueState {
  return {
    ...{ paused: null, running: 0, workers: 1, arrivalsPerMinute: 0, finishedPerMinute: 0 },
    ...{ serviceMs: null, drainSeconds: null },
    ...given,
  };
}

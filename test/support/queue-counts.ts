import type { QueueCounts } from "../../src/events/announcement.ts";

/** What the desk tells of itself; nothing waits but what is given. */
export function createCounts(given: Partial<QueueCounts> = {}): QueueCounts {
  const waitingByUrgency = { asked: 0, urgent: 0, ordinary: 0, low: 0 };
  return { waiting: 0, waitingByUrgency, shed: 0, running: 0, dead: 0, oldestAt: null, ...given };
}

import { join } from "node:path";

import { type Clock, systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import type { QueueCounts } from "../../src/events/announcement.ts";
import { type AnalysisQueue, createAnalysisQueue } from "../../src/queue/analysis-queue.ts";
import type { ModelReadiness } from "../../src/queue/desk.ts";
import type { Job, JobOutcome } from "../../src/queue/job.ts";
import { type EdgeDatabase, openDatabase } from "../../src/store/database.ts";
import { createEventStore, type EventStore } from "../../src/store/events.ts";
import { createJobStore, type JobStore } from "../../src/store/jobs.ts";
import type { ManualClock } from "./manual-clock.ts";
import { createDescription, createMotionEvent } from "./sample-events.ts";
import { openTempFolder } from "./temp-folder.ts";

export interface TestDesk extends AsyncDisposable {
  readonly db: EdgeDatabase;
  readonly events: EventStore;
  readonly rows: JobStore;
  readonly queue: AnalysisQueue;
  /** The events of settled jobs, in order. */
  readonly settled: string[];
  readonly changes: QueueCounts[];
  /** Stores an event with a job that is due at once; answers the event's id. */
  addEvent(given?: { priority?: number; timestamp?: number; availableAt?: number }): string;
  start(): void;
  /** Resolves when so many jobs were settled; rejects when the desk ends before. */
  untilSettled(count: number): Promise<void>;
  /** Stops the desk and waits for its end; throws what it threw. */
  stop(): Promise<void>;
}

/** The desk with its real rows in a real database, and an analysis that the test writes. */
export async function openTestDesk(options: {
  analyze?: (job: Job, options: { signal: AbortSignal }) => Promise<JobOutcome>;
  isModelReady?: () => Promise<ModelReadiness>;
  clock?: Clock;
  concurrency?: number;
  attemptsMax?: number;
  deadlineMs?: number;
  rows?: (rows: JobStore) => JobStore;
}): Promise<TestDesk> {
  await using opened = new AsyncDisposableStack();
  const clock = options.clock ?? systemClock;
  const log = createLog({ level: "silent" });
  const folder = opened.use(await openTempFolder());
  const db = opened.use(await openDatabase({ path: join(folder.path, "nightjar.db"), log }));

  const events = createEventStore(db);
  const rows = options.rows?.(createJobStore(db)) ?? createJobStore(db);
  const settled: string[] = [];
  const changes: QueueCounts[] = [];
  const settling = new EventTarget();
  const stop = new AbortController();
  const queue = createAnalysisQueue({
    rows,
    analyze: options.analyze ?? (async ({ eventId }) => describe(eventId)),
    isModelReady: options.isModelReady ?? (async () => ({ ready: true })),
    clock,
    log,
    concurrency: options.concurrency ?? 1,
    ...(options.attemptsMax === undefined ? {} : { attemptsMax: options.attemptsMax }),
    ...(options.deadlineMs === undefined ? {} : { deadlineMs: options.deadlineMs }),
    random: () => 0,
    onChange: (counts) => changes.push(counts),
    onSettled: (eventId) => {
      settled.push(eventId);
      settling.dispatchEvent(new Event("settled"));
    },
  });
  let running: Promise<void> = Promise.resolve();
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  opened.defer(() => end().catch(() => {}));

  const resources = opened.move();
  return {
    db,
    events,
    rows,
    queue,
    settled,
    changes,
    addEvent({ priority = 1, timestamp = clock.now(), availableAt = 0 } = {}) {
      const event = createMotionEvent({ startedAt: timestamp, timestamp });
      events.insert(event, { availableAt, priority });
      queue.announceDue();
      return event.id;
    },
    start() {
      running = queue.run(stop.signal);
      running.catch(() => settling.dispatchEvent(new Event("settled")));
    },
    async untilSettled(count) {
      while (settled.length < count) {
        const next = new Promise((resolve) =>
          settling.addEventListener("settled", resolve, { once: true }),
        );
        await Promise.race([next, running.then(() => Promise.reject(new Error("desk ended")))]);
      }
    },
    stop: end,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

export function describe(eventId: string): JobOutcome {
  return { type: "done", description: createDescription(eventId) };
}

/** Second by second, up to an hour. */
export async function advanceUntil(clock: ManualClock, isSo: () => boolean): Promise<void> {
  for (let second = 0; second < 3600; second += 1) {
    // better-queue passes tasks on by timers of its own, which no clock of ours moves.
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (isSo()) return;
    await clock.advance(1000);
  }
  throw new Error("It did not happen within an hour.");
}

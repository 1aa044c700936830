/**
 * The desk's queue, and the only door to better-queue.
 *
 * better-queue 3.8.12 loses, strands or doubles work in 21 known ways, and none of them may happen
 * here. 1, 4, 18, 19: it never retries (maxRetries 0) and never hears of a failure. 2, 3: the row
 * is durable before it is announced, and a failed announcement is made again. 5: the watchdog takes
 * back what was announced and never begun. 6, 7, 8, 11, 20: leases of a dead process are settled
 * before better-queue starts, each costing a try, and the database admits one process. 9: it gets
 * no maxTimeout; deadlines are the analysis's own. 10: the desk waits for the job in hand before it
 * destroys the queue. 12: the store answers synchronously. 13, 14: no precondition, and each
 * announcement starts one task. 15: batches of one, and nothing is cancelled through it. 16: the
 * process function cannot reject. 17: ids are UUIDs. 21: the store is ours.
 */
import BetterQueue from "better-queue";

import type { Clock } from "../base/clock.ts";
import type { Service } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { QueueCounts } from "../events/announcement.ts";
import { createBell } from "./bell.ts";
import { createDesk, type Dispatcher, type ModelReadiness } from "./desk.ts";
import { createHands } from "./hands.ts";
import type { Job, JobOutcome } from "./job.ts";
import { createDispatchStore, type JobRows } from "./job-store.ts";
import { createPace, toDrainSeconds } from "./pace.ts";
import { createPauseClock, type Pause } from "./pause.ts";
import { createRoster } from "./roster.ts";

export interface AnalysisQueue extends Service {
  /** Something may be due that was not. Cheap; call it after each insert or release. */
  announceDue(): void;
  counts(): QueueCounts;
  /** Why it hands out nothing; null while it does. Cheap, unlike the rest of the state. */
  readonly paused: Pause | null;
  state(): QueueState;
}

export interface QueueState {
  /** Null while jobs are handed out. */
  paused: Pause | null;
  /** Jobs in hand. */
  running: number;
  /** Jobs that may be in hand at this moment. */
  workers: number;
  arrivalsPerMinute: number;
  /** Described, reused, skipped or given up. */
  finishedPerMinute: number;
  /** How long a job is in hand on average; null before the first. */
  serviceMs: number | null;
  /** How long until nothing waits but what was shed; null when unknown, or never at this pace. */
  drainSeconds: number | null;
}

export interface AnalysisQueueOptions {
  rows: JobRows;
  /** One job. Should honour the signal; what it throws is an outcome too. */
  analyze(job: Job, options: { signal: AbortSignal }): Promise<JobOutcome>;
  /** Asked before each job is handed out, and at each probe of a pause. */
  isModelReady(options: { signal: AbortSignal }): Promise<ModelReadiness>;
  clock: Clock;
  log: Log;
  /** The most jobs in hand at a time. */
  concurrency: number;
  /** Tries before a job with bad answers is given up; 5 when absent. */
  attemptsMax?: number;
  /** How old an event may be before others go first; 10 minutes when absent. */
  deadlineMs?: number;
  /** The counts are not what they were. Must not throw. */
  onChange(counts: QueueCounts): void;
  /** The event's analysis took a step: described, failed, or waiting again. Must not throw. */
  onSettled(eventId: string): void;
  /** 0..1, for the jitter. */
  random?: () => number;
}

export function createAnalysisQueue(given: AnalysisQueueOptions): AnalysisQueue {
  const { random = Math.random, attemptsMax = 5, deadlineMs = 10 * 60_000 } = given;
  const options = { ...given, random, attemptsMax, deadlineMs, pace: createPace() };
  const { rows, clock, pace } = options;
  const bell = createBell(clock);
  const pause = createPauseClock(options);
  const roster = createRoster(options);
  const hands = createHands({ ...options, pause, roster });

  return {
    name: "analysis queue",
    announceDue: () => bell.ring(),
    counts: () => rows.counts(),
    get paused() {
      return pause.current;
    },
    state() {
      const nowMs = clock.monotonic();
      const workers = pause.isTrial ? 1 : roster.workers;
      return {
        paused: pause.current,
        running: hands.running,
        workers,
        arrivalsPerMinute: pace.arrivalsPerMinute(nowMs),
        finishedPerMinute: pace.finishedPerMinute(nowMs),
        serviceMs: pace.serviceMs,
        drainSeconds: toDrainSeconds(pace, { waiting: rows.counts().waiting, workers, nowMs }),
      };
    },
    async run(signal) {
      const desk = createDesk({ ...options, bell, pause, roster, hands, signal, openDispatcher });
      signal.addEventListener("abort", () => bell.ring(), { once: true });
      try {
        while (!signal.aborted) {
          const restMs = await desk.turn();
          await Promise.race([bell.rest(restMs), desk.broken]);
        }
      } finally {
        await desk.close();
      }
    },
  };
}

function openDispatcher(options: {
  rows: JobRows;
  clock: Clock;
  concurrency: number;
  work(job: Job): Promise<void>;
  onFailed(error: unknown): void;
}): Dispatcher {
  const { rows, clock, concurrency, work, onFailed } = options;
  const queue = new BetterQueue<unknown, void>({
    store: createDispatchStore(rows, { now: () => clock.now(), onFailed }),
    concurrent: concurrency,
    batchSize: 1,
    maxRetries: 0,
    // The desk owns the work and its failures; better-queue hears of its end alone.
    process: (job: Job, done) => void work(job).then(() => done(null)),
  });

  return {
    announce: (id, forget) => void queue.push({ id }).on("failed", forget),
    pause: () => queue.pause(),
    destroy: () => queue.destroy(() => {}),
  };
}

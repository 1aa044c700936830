/**
 * What the desk needs of the database, and better-queue's store made of it.
 *
 * The row is the truth and better-queue only hands out. A row goes
 *
 *   waiting ──announce──► ready ──take──► leased ──settle──► done | dead | waiting
 *
 * and becomes ready in `putTask` alone, so that better-queue's own count of tasks equals ready +
 * leased whatever happens. better-queue never deletes, retries or recovers anything here: those
 * verbs of its store mean nothing (see the numbered hazards in analysis-queue.ts).
 */
import { createId } from "../base/ids.ts";
import type { QueueCounts } from "../events/announcement.ts";
import type { Job, Settlement } from "./job.ts";
import type { BacklogLine } from "./shedding.ts";
import type { Waiting } from "./turns.ts";

/** The rows, synchronously. Each write is one durable transaction. */
export interface JobRows {
  /**
   * At the start, when no other process has the rows: nothing stays ready or leased. A leased row
   * died with its process, which counts as a try; `settle` says what becomes of it.
   */
  recover(settle: (job: Job) => Settlement): RecoveredJob[];
  /** What is due, but for those named: the newest of each camera and urgency, and the oldest. */
  due(now: number, but: readonly string[]): Waiting;
  /** When the next waiting row becomes due; null when none waits. */
  nextDueAt(): number | null;
  /** Rows due later than `latestAt` become due then: the clock stepped back under them. */
  bringForward(latestAt: number): number;
  isReady(id: string): boolean;
  /** Waiting to ready. */
  promote(id: string): void;
  /** Every ready row to waiting; how many there were. */
  demoteReady(): number;
  /** Leases up to `count` ready rows; each begins a try. */
  take(count: number, lockId: string, now: number): Job[];
  /** False when the lease is no longer the job's own, or the event was deleted. */
  settle(job: Job, settlement: Settlement, now: number): boolean;
  counts(): QueueCounts;
  /** How much waits of each camera and urgency. */
  backlog(): BacklogLine[];
  /** Sheds so many of the camera's least significant waiting jobs; answers their events. */
  shedLeast(cameraId: string, count: number, reason: string): string[];
  /** The same for those captured before `before`, of this camera and urgency. */
  shedLate(line: BacklogLine, late: { before: number; limit: number; reason: string }): string[];
}

export interface RecoveredJob {
  eventId: string;
  dead: boolean;
}

export interface Announced {
  id: string;
}

/**
 * better-queue's store over the rows. Every callback is called before its verb returns, because
 * better-queue miscounts its running tasks when they come later. A failure of the database is told
 * to `onFailed`: better-queue itself would swallow it.
 */
export function createDispatchStore(
  rows: JobRows,
  options: { now(): number; onFailed(error: unknown): void },
) {
  const answer = <T>(work: () => T, done: Done<T>): void => {
    let result: T;
    try {
      result = work();
    } catch (error) {
      options.onFailed(error);
      // Beside an error better-queue does not look at the result.
      done(error, undefined as T);
      return;
    }
    done(null, result);
  };
  /** Leased and not yet collected: read once, so that no row is leased and then cannot be had. */
  const taken = new Map<string, Job[]>();
  const take = (count: number, done: Done<string>): void =>
    answer(() => {
      const lockId = createId();
      taken.set(lockId, rows.take(count, lockId, options.now()));
      return lockId;
    }, done);

  return {
    /** Nothing is ready after `recover`, so better-queue starts empty. */
    connect: (done: Done<number>) => done(null, 0),
    /** Known only while ready: anything else must count as new when it is put. */
    getTask: (id: string, done: Done<Announced | undefined>) =>
      answer<Announced | undefined>(() => (rows.isReady(id) ? { id } : undefined), done),
    putTask: (id: string, _task: Announced, _priority: unknown, done: Done<void>) =>
      answer(() => rows.promote(id), done),
    deleteTask: (_id: string, done: () => void) => done(),
    takeFirstN: take,
    takeLastN: take,
    getLock(lockId: string, done: Done<Record<string, Job>>) {
      const jobs = taken.get(lockId) ?? [];
      taken.delete(lockId);
      done(null, Object.fromEntries(jobs.map((job) => [job.id, job])));
    },
    /** Leases of an earlier life were settled by `recover`; better-queue would start all at once. */
    getRunningTasks: (done: Done<Record<string, never>>) => done(null, {}),
    /** The job was settled with its outcome; better-queue would repeat a failed release for ever. */
    releaseLock: (_lockId: string, done: Done<void>) => done(null, undefined),
  };
}

type Done<T> = (error: unknown, result: T) => void;

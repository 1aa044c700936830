/**
 * In: a leased job. Out: what became of it, written down.
 * Never: a job whose end is lost while the process lives. When the database cannot take the end,
 * it is kept and offered again, and the hand stays full meanwhile.
 */
import type { Clock } from "../base/clock.ts";
import { isAbort, isDiskTrouble, toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { outlasts } from "../base/outlasts.ts";
import {
  type Job,
  type JobOutcome,
  type Settlement,
  toFailedOutcome,
  toSettlement,
} from "./job.ts";
import type { JobRows } from "./job-store.ts";
import type { Pace } from "./pace.ts";
import type { PauseClock } from "./pause.ts";
import type { Roster } from "./roster.ts";

export interface Hands {
  readonly running: number;
  /** Analyses the job and settles it. Rejects only where the appliance must end. */
  work(job: Job): Promise<void>;
  /** Waits for what is in hand, then hurries it, then leaves its lease to the next start. */
  drain(): Promise<void>;
}

export interface HandsOptions {
  rows: Pick<JobRows, "settle">;
  analyze(job: Job, options: { signal: AbortSignal }): Promise<JobOutcome>;
  pause: PauseClock;
  pace: Pace;
  roster: Pick<Roster, "served">;
  attemptsMax: number;
  clock: Clock;
  log: Log;
  random: () => number;
  onSettled(eventId: string): void;
}

/** How long a job may go on when the desk stops; the stage's own grace is longer. */
const STOP_GRACE_MS = 10_000;
/** How long it may take to notice that it is to stop. */
const ABANDON_GRACE_MS = 2_000;
const OFFER_AGAIN_MS = 5_000;

export function createHands(options: HandsOptions): Hands {
  const { clock } = options;
  const inHand = new Set<Promise<void>>();
  const hurry = new AbortController();
  let left = false;

  const work = async (job: Job): Promise<void> => {
    const beganMs = clock.monotonic();
    const outcome = await toOutcome(job, options, hurry.signal);
    const tookMs = clock.monotonic() - beganMs;
    options.roster.served(job, tookMs);
    if (outcome.type !== "outage") options.pace.served(tookMs);
    if (left) return;
    const settlement = decide(job, outcome, options);
    if (!(await write(job, settlement, options, hurry.signal))) return;
    if (isEnd(settlement)) options.pace.finished(clock.monotonic());
    options.onSettled(job.eventId);
  };

  return {
    get running() {
      return inHand.size;
    },
    async work(job) {
      const done = work(job);
      inHand.add(done);
      try {
        await done;
      } finally {
        inHand.delete(done);
      }
    },
    async drain() {
      const allDone = Promise.allSettled(inHand);
      if (await outlasts(allDone, STOP_GRACE_MS, clock)) {
        hurry.abort();
        await outlasts(allDone, ABANDON_GRACE_MS, clock);
      }
      left = true;
      hurry.abort();
    },
  };
}

async function toOutcome(
  job: Job,
  { analyze, log }: HandsOptions,
  signal: AbortSignal,
): Promise<JobOutcome> {
  try {
    return await analyze(job, { signal });
  } catch (error) {
    if (signal.aborted) {
      const reason = "Nightjar was stopped while the model was at work; it goes on by itself.";
      return { type: "outage", code: "stopped", reason };
    }
    const outcome = toFailedOutcome(error);
    log.error("analysis failed", { jobId: job.id, eventId: job.eventId, error: toSentence(error) });
    return outcome;
  }
}

function decide(job: Job, outcome: JobOutcome, options: HandsOptions): Settlement {
  const { pause, clock, random, attemptsMax } = options;
  if (outcome.type !== "outage") pause.reset();
  else if (outcome.code !== "stopped") pause.extend(outcome);
  const chance = { now: clock.now(), random: random(), pauseMs: pause.remainingMs(), attemptsMax };
  return toSettlement(job, outcome, chance);
}

function isEnd({ type }: Settlement): boolean {
  return type !== "retry" && type !== "postponed";
}

/** True once written; false when the lease was no longer the job's own, or there is no time left. */
async function write(
  job: Job,
  settlement: Settlement,
  options: HandsOptions,
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    try {
      return options.rows.settle(job, settlement, options.clock.now());
    } catch (error) {
      if (!isDiskTrouble(error)) throw error;
      options.pause.extend({ code: "storage", reason: toSentence(error) });
    }
    if (signal.aborted) return false;
    await restUnlessHurried(options.clock, signal);
  }
}

async function restUnlessHurried(clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(OFFER_AGAIN_MS, { signal });
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
}

/**
 * The desk: hands waiting jobs to the analysis, as many at a time as it may, in their turn.
 *
 * Each turn asks whether the model is ready, and only then announces as many due jobs as there are
 * free hands; so a job is leased the moment it is announced and nothing piles up in the dispatcher,
 * however many rows wait. An outage pauses the desk, which asks again after a wait that grows to a
 * minute, for ever; no job pays for that. The first job after an outage goes alone: the model has
 * yet to show that it is back. A ring of the bell only says "look": what is due is
 * always read from the rows.
 */
import type { Clock } from "../base/clock.ts";
import { ApplianceError, isDiskTrouble, toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { QueueCounts } from "../events/announcement.ts";
import type { Bell } from "./bell.ts";
import type { Hands } from "./hands.ts";
import { type Job, RETRY_LONGEST_MS, toSettlement } from "./job.ts";
import type { JobRows } from "./job-store.ts";
import type { Pace } from "./pace.ts";
import { PAUSE_LONGEST_MS, type PauseClock } from "./pause.ts";
import type { Roster } from "./roster.ts";

export type ModelReadiness = { ready: true } | { ready: false; code: string; reason: string };

export interface Dispatcher {
  /** Makes the row ready and soon calls `work` with a job; `forget` when it cannot. */
  announce(id: string, forget: () => void): void;
  /** Begins nothing more. */
  pause(): void;
  destroy(): void;
}

export interface DeskOptions {
  rows: JobRows;
  isModelReady(options: { signal: AbortSignal }): Promise<ModelReadiness>;
  clock: Clock;
  log: Log;
  concurrency: number;
  onChange(counts: QueueCounts): void;
  onSettled(eventId: string): void;
  random: () => number;
  bell: Bell;
  pause: PauseClock;
  pace: Pace;
  roster: Roster;
  hands: Hands;
  attemptsMax: number;
  signal: AbortSignal;
  openDispatcher(options: {
    rows: JobRows;
    clock: Clock;
    concurrency: number;
    work(job: Job): Promise<void>;
    onFailed(error: unknown): void;
  }): Dispatcher;
}

export interface Desk {
  /** Announces what may go now; answers how long to rest unless the bell rings. */
  turn(): Promise<number>;
  /** Rejects when something failed that no waiting cures. */
  readonly broken: Promise<never>;
  close(): Promise<void>;
}

/** Announced and not begun for so long: the dispatcher has forgotten it. */
const STRAND_MS = 5_000;
/** The loop looks at the wall clock at least this often, should it have stepped. */
const REST_LONGEST_MS = 60_000;
/** No row is put off longer than this; one that is was left so by a clock that stepped back. */
const AHEAD_LONGEST_MS = Math.max(RETRY_LONGEST_MS, 2 * PAUSE_LONGEST_MS);

export function createDesk(options: DeskOptions): Desk {
  const { clock, pause, hands, bell } = options;
  const { promise: broken, reject: breakDown } = Promise.withResolvers<never>();
  // Whoever races against it hears of it; after the last race nobody needs to.
  broken.catch(() => {});
  /** Id to the monotonic time of its announcement, until it begins. */
  const announced = new Map<string, number>();
  const tellChange = createChangeTeller(options);
  let dispatcher: Dispatcher | null = null;

  const onFailed = (error: unknown): void => {
    if (isDiskTrouble(error)) pause.extend({ code: "storage", reason: toSentence(error) });
    else breakDown(error);
    bell.ring();
  };
  const work = async (job: Job): Promise<void> => {
    announced.delete(job.id);
    bell.ring();
    try {
      await hands.work(job);
    } catch (error) {
      onFailed(error);
    }
    bell.ring();
  };
  const open = (): Dispatcher => {
    recover(options);
    return options.openDispatcher({ ...options, work, onFailed });
  };
  const serve = async (): Promise<number> => {
    dispatcher ??= open();
    takeBackStranded(options, announced);
    const workers = pause.isTrial ? 1 : options.roster.workers;
    const free = workers - hands.running - announced.size;
    for (const id of await chooseNext(options, free, announced)) {
      announced.set(id, clock.monotonic());
      dispatcher.announce(id, () => announced.delete(id));
    }
    return announced.size > 0 ? STRAND_MS : toRestMs(options, workers);
  };

  return {
    broken,
    async turn() {
      try {
        return pause.remainingMs() || (await serve());
      } catch (error) {
        if (!isDiskTrouble(error)) throw error;
        pause.extend({ code: "storage", reason: toSentence(error) });
        return pause.remainingMs();
      } finally {
        tellChange();
      }
    },
    async close() {
      dispatcher?.pause();
      await hands.drain();
      dispatcher?.destroy();
      tellChange();
    },
  };
}

/** Jobs that were in hand when the process died. That costs a try: it may be their picture's doing. */
function recover({ rows, clock, random, log, onSettled, attemptsMax }: DeskOptions): void {
  const reason = "Nightjar ended while its picture was with the model.";
  const recovered = rows.recover((job) =>
    toSettlement(
      job,
      { type: "bad-answer", reason, rawAnswer: null },
      { now: clock.now(), random: random(), pauseMs: 0, attemptsMax },
    ),
  );
  if (recovered.length > 0) log.warn("jobs in hand at the last end", { jobs: recovered.length });
  for (const { eventId } of recovered) onSettled(eventId);
}

function takeBackStranded({ rows, clock, log }: DeskOptions, announced: Map<string, number>): void {
  const strandedSince = clock.monotonic() - STRAND_MS;
  if (![...announced.values()].some((at) => at <= strandedSince)) return;
  log.warn("announced jobs were never begun", { jobs: rows.demoteReady() });
  announced.clear();
}

async function chooseNext(
  options: DeskOptions,
  free: number,
  announced: ReadonlyMap<string, number>,
): Promise<string[]> {
  const { pause, roster, signal } = options;
  // While it rests the desk asks on, so that its state stays true without any work to do.
  // A row that was just announced may still be waiting.
  if (free <= 0 || (pause.current === null && !roster.hasDue())) return [];
  const readiness = await askModel(options);
  if (signal.aborted || pause.remainingMs() > 0) return [];
  if (!readiness.ready) {
    pause.extend(readiness);
    return [];
  }
  pause.end();
  roster.shed();
  return roster.choose(free, announced);
}

async function askModel({ isModelReady, signal }: DeskOptions): Promise<ModelReadiness> {
  try {
    return await isModelReady({ signal });
  } catch (error) {
    const code = error instanceof ApplianceError ? error.kind : "internal";
    return { ready: false, code, reason: toSentence(error) };
  }
}

function toRestMs({ rows, clock, pause, hands }: DeskOptions, workers: number): number {
  if (pause.remainingMs() > 0) return pause.remainingMs();
  // A full desk is woken by the end of a job.
  if (hands.running >= workers) return REST_LONGEST_MS;

  rows.bringForward(clock.now() + AHEAD_LONGEST_MS);
  const nextDueAt = rows.nextDueAt();
  if (nextDueAt === null) return REST_LONGEST_MS;
  return Math.min(REST_LONGEST_MS, Math.max(1, nextDueAt - clock.now()));
}

function createChangeTeller({ rows, clock, pace, onChange }: DeskOptions): () => void {
  let told: string | null = null;
  return () => {
    const counts = rows.counts();
    pace.observe(counts.waiting + counts.shed + counts.running, clock.monotonic());
    const telling = JSON.stringify(counts);
    if (telling === told) return;
    told = telling;
    onChange(counts);
  };
}

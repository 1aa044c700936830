/**
 * Who goes next, read from the rows as they are at this moment: sheds what cannot be described in
 * time, says how many jobs may be in hand, and chooses among what is due.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Job } from "./job.ts";
import type { JobRows } from "./job-store.ts";
import type { Pace } from "./pace.ts";
import { isSheddable, SHED_REASON, toExcess } from "./shedding.ts";
import { createTurns } from "./turns.ts";

export interface Roster {
  /** Jobs that may be in hand at a time; grows with what waits, up to what the model host allows. */
  readonly workers: number;
  hasDue(): boolean;
  /** Sheds a batch. */
  shed(): void;
  /** Up to so many ids, in their order. */
  choose(count: number, but: ReadonlyMap<string, unknown>): string[];
  served(job: Job, tookMs: number): void;
}

export interface RosterOptions {
  rows: JobRows;
  clock: Clock;
  log: Log;
  pace: Pace;
  concurrency: number;
  /** How old an event may be before others go first. */
  deadlineMs: number;
  onSettled(eventId: string): void;
}

/** Below that many waiting jobs a hand, another one would only make the first slower. */
const WAITING_PER_WORKER = 4;
const SHED_BATCH = 50;

export function createRoster(options: RosterOptions): Roster {
  const { rows, clock, pace, concurrency } = options;
  const turns = createTurns();

  return {
    get workers() {
      const { waiting } = rows.counts();
      return Math.min(concurrency, 1 + Math.floor(waiting / WAITING_PER_WORKER));
    },
    hasDue: () => (rows.nextDueAt() ?? Infinity) <= clock.now(),
    shed() {
      const shed = shedBatch(options);
      if (shed.length > 0)
        options.log.info("events put off until the desk is idle", {
          events: shed.length,
        });
      for (const eventId of shed) options.onSettled(eventId);
    },
    choose(count, but) {
      const chosen: string[] = [];
      while (chosen.length < count) {
        const due = rows.due(clock.now(), [...but.keys(), ...chosen]);
        const now = { nowMs: clock.monotonic(), expectedMs: pace.serviceMs ?? 0 };
        const next = turns.choose(due, now);
        if (!next) break;
        chosen.push(next.id);
      }
      return chosen;
    },
    served(job, tookMs) {
      turns.served(job, tookMs, clock.monotonic());
    },
  };
}

/** The events of what was shed: what is late already, then each camera's excess. */
function shedBatch({ rows, clock, pace, concurrency, deadlineMs }: RosterOptions): string[] {
  const backlog = rows.backlog();
  const waiting = backlog.filter(({ urgency }) => urgency !== "shed");
  const hasHurry = waiting.reduce((sum, { count }) => sum + count, 0) > concurrency;
  if (!hasHurry) return [];

  const reason = SHED_REASON;
  const shed: string[] = [];
  const before = clock.now() - deadlineMs;
  for (const line of waiting.filter(({ urgency }) => isSheddable(urgency))) {
    if (shed.length >= SHED_BATCH) break;
    shed.push(...rows.shedLate(line, { before, limit: SHED_BATCH - shed.length, reason }));
  }
  if (shed.length > 0 || pace.serviceMs === null) return shed;

  const turnsInTime = Math.floor((deadlineMs * concurrency) / Math.max(1, pace.serviceMs));
  for (const { cameraId, count } of toExcess(waiting, turnsInTime)) {
    if (shed.length >= SHED_BATCH) break;
    shed.push(...rows.shedLeast(cameraId, Math.min(count, SHED_BATCH - shed.length), reason));
  }
  return shed;
}

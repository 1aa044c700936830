/**
 * The same day through our desk: the real queue on real rows in a real database, before a model that
 * takes its time by a clock that we turn. Where the day has likenesses, a picture of a scene that
 * was described a while ago is recognised without the model, as the analysis does.
 */
import { setImmediate as nextTurn } from "node:timers/promises";

import { sql } from "drizzle-orm";

import { toPriority } from "../../src/events/urgency.ts";
import type { Job, JobOutcome } from "../../src/queue/job.ts";
import { openTestDesk, type TestDesk } from "../../test/support/analysis-desk.ts";
import { isLedgerTrue } from "../../test/support/ledger-recount.ts";
import { createManualClock } from "../../test/support/manual-clock.ts";
import { createDescription, createMotionEvent } from "../../test/support/sample-events.ts";
import type { Arrival } from "./arrivals.ts";
import type { Described } from "./rivals.ts";

export interface Served {
  described: Described[];
  /** False when, after any step, the ledger did not say what a count of the rows says. */
  isBalanced: boolean;
}

/** How long a description of a scene may be repeated. */
const REUSE_S = 600;
/** The desk begins something after far fewer turns of the event loop, unless it is stuck. */
const TURNS_MAX = 10_000;

export async function serveByDesk(
  arrivals: readonly Arrival[],
  { serviceS, untilS, hasLikeness }: { serviceS: number; untilS: number; hasLikeness: boolean },
): Promise<Served> {
  const clock = createManualClock();
  const startedAt = clock.now();
  const toS = (): number => (clock.now() - startedAt) / 1000;
  const byEvent = new Map<string, Arrival>();
  const describedAtS = new Map<string, number>();
  const described: Described[] = [];
  /** The model's one call. */
  const call: { current: { endsAtS: number; end(): void } | null } = { current: null };

  const analyze = async ({ eventId }: Job): Promise<JobOutcome> => {
    const arrival = byEvent.get(eventId);
    if (!arrival) throw new Error(`The desk handed out ${eventId}, which never arrived.`);
    const isReused =
      hasLikeness && toS() - (describedAtS.get(arrival.scene) ?? -Infinity) <= REUSE_S;
    if (!isReused) {
      const { promise, resolve: end } = Promise.withResolvers<void>();
      call.current = { endsAtS: toS() + serviceS, end };
      await promise;
      describedAtS.set(arrival.scene, toS());
    }
    described.push({ arrival, atS: toS(), isReused });
    return { type: isReused ? "reused" : "done", description: createDescription(eventId) };
  };

  await using desk = await openTestDesk({ clock, analyze });
  // A day of virtual time has no power cuts, and no time to wait for a disk.
  desk.db.orm.run(sql`pragma synchronous = off`);
  /** Until the model is at work, or nothing is left that it could be given. */
  const untilQuiet = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS_MAX; turn += 1) {
      await nextTurn();
      const { waiting, shed, running } = desk.rows.counts();
      if (call.current !== null || waiting + shed + running === 0) return;
      // better-queue begins a task from a timer.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    throw new Error("Jobs wait, the model is idle, and the desk hands none out.");
  };
  desk.start();

  let isBalanced = true;
  let next = 0;
  for (;;) {
    await untilQuiet();
    isBalanced &&= isLedgerTrue(desk.db);
    const arrival = arrivals[next];
    const atS = Math.min(arrival?.atS ?? Infinity, call.current?.endsAtS ?? Infinity);
    if (atS > untilS) {
      const served = { described: [...described], isBalanced };
      // The desk waits for what is in hand before it closes.
      call.current?.end();
      return served;
    }
    await clock.advance(Math.max(0, Math.round((atS - toS()) * 1000)));
    if (call.current !== null && call.current.endsAtS <= atS) {
      call.current.end();
      call.current = null;
    } else if (arrival) {
      next += 1;
      byEvent.set(arrive(desk, arrival, Math.floor(clock.now())), arrival);
    }
  }
}

function arrive(desk: TestDesk, { cameraId, significance }: Arrival, at: number): string {
  const event = createMotionEvent({
    ...{ cameraId, startedAt: at, timestamp: at },
    significanceScore: significance,
  });
  desk.events.insert(event, { availableAt: at, priority: toPriority(significance, 1) });
  desk.queue.announceDue();
  return event.id;
}

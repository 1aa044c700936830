import { eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { Job, Settlement } from "../../src/queue/job.ts";
import { SHED_REASON } from "../../src/queue/shedding.ts";
import { analysisJobs } from "../../src/store/desk-schema.ts";
import { motionEvents } from "../../src/store/schema.ts";
import { openTestDesk, type TestDesk } from "../support/analysis-desk.ts";
import { createDescription, createMotionEvent } from "../support/sample-events.ts";

let desk: TestDesk;

beforeEach(async () => {
  desk = await openTestDesk({});
});
afterEach(() => desk[Symbol.asyncDispose]());

const NOW = Date.UTC(2026, 0, 1);

function addEvent(given: { cameraId?: string; priority?: number; startedAt?: number } = {}) {
  const { priority = 500, ...event } = given;
  const added = createMotionEvent({ startedAt: NOW, ...event });
  desk.events.insert(added, { availableAt: 0, priority });
  return added.id;
}

function lease(id: string): Job {
  desk.rows.promote(id);
  const [job] = desk.rows.take(1, `lease of ${id}`, NOW);
  return job as Job;
}

function readJob(eventId: string) {
  const row = desk.db.orm
    .select()
    .from(analysisJobs)
    .where(eq(analysisJobs.motionEventId, eventId))
    .get();
  return row as NonNullable<typeof row>;
}

/** Whatever happens to an event, picked by a number: any of all there are, or the first due. */
type Step = (pick: number) => void;

function toSteps(): Record<string, Step> {
  const anyEvent = (pick: number) => {
    const ids = desk.db.orm.select({ id: motionEvents.id }).from(motionEvents).all();
    return ids[pick % ids.length]?.id ?? "";
  };
  const end = (toSettlement: (job: Job) => Settlement) => () => {
    const [due] = desk.rows.due(NOW, []).candidates;
    if (!due) return;
    const job = lease(due.id);
    desk.rows.settle(job, toSettlement(job), NOW);
  };
  const outcome = { reason: "It was no JSON.", rawAnswer: "{" };
  return {
    add: (pick) => addEvent({ cameraId: `camera-${pick % 3}`, priority: pick % 1001 }),
    disabled: () => desk.events.insert(createMotionEvent({ analysisStatus: "disabled" }), null),
    take: () => {
      const [due] = desk.rows.due(NOW, []).candidates;
      if (due) lease(due.id);
    },
    done: end(({ eventId }) => ({ type: "done", description: createDescription(eventId) })),
    reused: end(({ eventId }) => ({ type: "reused", description: createDescription(eventId) })),
    retry: end(() => ({ type: "retry", availableAt: 0, ...outcome })),
    postponed: end(() => ({ type: "postponed", availableAt: 0, reason: "Start Ollama." })),
    dead: end(() => ({ type: "dead", ...outcome })),
    shed: (pick) => desk.rows.shedLeast(`camera-${pick % 3}`, 2, SHED_REASON),
    ask: (pick) => desk.rows.requestByHand(anyEvent(pick), NOW),
    revive: () => {
      const [dead] = desk.rows.listDead({ limit: 1 }).items;
      if (dead) desk.rows.retryDead(dead.id, NOW);
    },
    discard: () => {
      const [dead] = desk.rows.listDead({ limit: 1 }).items;
      if (dead) desk.rows.discardDead(dead.id);
    },
    remove: (pick) =>
      desk.db.orm
        .delete(motionEvents)
        .where(eq(motionEvents.id, anyEvent(pick)))
        .run(),
    restart: () => desk.rows.recover(() => ({ type: "retry", availableAt: 0, ...outcome })),
  };
}

test("whatever happens, the ledger balances and the counts are those of a recount", () => {
  const steps = toSteps();
  const anyStep = fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(5000));
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 40 }), (story) => {
      for (const [name, pick] of story) {
        steps[name]?.(pick);
        expectBalance();
      }
    }),
    { numRuns: 15 },
  );
});

function expectBalance(): void {
  const count = sql<number>`count(*)`;
  const { orm } = desk.db;
  for (const { cameraId, captured, ...parts } of desk.events.ledger()) {
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(captured);
    const recounted = orm
      .select({ count })
      .from(motionEvents)
      .where(eq(motionEvents.cameraId, cameraId))
      .get();
    expect(captured).toBe(recounted?.count);
  }
  const unfinished = orm.all<{ status: string; jobs: number }>(sql`
    select e.analysis_status as status, count(j.id) as jobs from motion_events e
    left join analysis_jobs j on j.motion_event_id = e.id
      and j.state in ('waiting', 'ready', 'leased') and (j.urgency <> 'shed' or j.state = 'leased')
    group by e.id`);
  for (const { status, jobs } of unfinished) {
    expect([status, jobs]).toEqual([status, status === "pending" || status === "running" ? 1 : 0]);
  }
  const inStates = (where: string) =>
    orm.get<{ n: number }>(sql.raw(`select count(*) as n from analysis_jobs where ${where}`)).n;
  expect(desk.rows.counts()).toMatchObject({
    waiting: inStates("state in ('waiting', 'ready') and urgency <> 'shed'"),
    shed: inStates("state in ('waiting', 'ready') and urgency = 'shed'"),
    running: inStates("state = 'leased'"),
    dead: inStates("state = 'dead'"),
  });
}

test("what is due is the newest of each camera and urgency, and what waits longest", () => {
  addEvent({ cameraId: "tree", startedAt: NOW - 5000 });
  const newest = addEvent({ cameraId: "tree", startedAt: NOW - 1000 });
  const low = addEvent({ cameraId: "tree", startedAt: NOW - 3000, priority: 1 });
  const oldest = addEvent({ cameraId: "yard", startedAt: NOW - 9000 });
  const eventOf = (id: string | undefined) =>
    desk.db.orm
      .select()
      .from(analysisJobs)
      .all()
      .find((job) => job.id === id)?.motionEventId;

  const { candidates, longestWaiting } = desk.rows.due(NOW, []);
  expect(new Set(candidates.map(({ id }) => eventOf(id)))).toEqual(new Set([newest, low, oldest]));
  expect(eventOf(longestWaiting?.id)).toBe(oldest);
  expect(desk.rows.counts().oldestAt).toBe(NOW - 9000 + 400);

  const announced = longestWaiting?.id ?? "";
  const others = desk.rows.due(NOW, [announced]);
  expect(others.candidates.map(({ id }) => id)).not.toContain(announced);
});

test("the least significant is shed first, never what is urgent or asked for by a person", () => {
  const kept = [addEvent({ priority: 900 }), addEvent({ priority: 700 })];
  const asked = addEvent({ priority: 1 });
  desk.rows.requestByHand(asked, NOW);
  const least = [addEvent({ priority: 300 }), addEvent({ priority: 200 })];

  const shed = desk.rows.shedLeast("dock-door", 2, SHED_REASON);
  expect(new Set(shed)).toEqual(new Set(least));
  for (const id of least) {
    expect(desk.events.find(id)).toMatchObject({
      analysisStatus: "skipped",
      analysisReason: SHED_REASON,
    });
  }
  expect(desk.rows.shedLeast("dock-door", 9, SHED_REASON)).toEqual([kept[1]]);
  expect(desk.rows.counts()).toMatchObject({ waiting: 2, shed: 3 });
});

test("what was shed and could not be described stays shed", () => {
  const id = addEvent();
  desk.rows.shedLeast("dock-door", 1, SHED_REASON);
  const job = lease(readJob(id).id);
  expect(desk.events.find(id)?.analysisStatus).toBe("running");
  desk.rows.settle(job, { type: "postponed", availableAt: 0, reason: "Start Ollama." }, NOW);
  expect(desk.events.find(id)).toMatchObject({
    analysisStatus: "skipped",
    analysisReason: SHED_REASON,
  });
});

test("a picture that matters more than the first one makes its job more urgent", () => {
  const id = addEvent({ priority: 100 });
  expect(readJob(id).urgency).toBe("low");
  desk.events.releaseJob(id, { availableAt: NOW, priority: 870 });
  expect(readJob(id)).toMatchObject({ priority: 870, urgency: "urgent", availableAt: 0 });
  desk.events.releaseJob(id, { availableAt: NOW, priority: 0 });
  expect(readJob(id)).toMatchObject({ priority: 870, urgency: "urgent" });
});

test("the dead are listed page by page with reason, answer and event, and revived or discarded", () => {
  const ids = [1, 2, 3].map((place) => {
    const id = addEvent({ startedAt: NOW + place });
    const settlement = { type: "dead", reason: `Reason ${place}.`, rawAnswer: "{" } as const;
    desk.rows.settle(lease(readJob(id).id), settlement, NOW);
    return id;
  });

  const first = desk.rows.listDead({ limit: 2 });
  const second = desk.rows.listDead({ limit: 2, cursor: first.nextCursor ?? "" });
  const items = [...first.items, ...second.items];
  expect(items.map(({ event }) => event.id)).toEqual(ids.toReversed());
  expect(items[0]).toMatchObject({ reason: "Reason 3.", rawAnswer: "{", attempts: 1 });
  expect(second.nextCursor).toBeNull();

  const [revived = "", discarded = ""] = items.map(({ id }) => id);
  expect(desk.rows.retryDead(revived, NOW)).toBe("queued");
  expect(desk.rows.retryDead(revived, NOW)).toBe("not-found");
  expect(readJob(ids[2] ?? "")).toMatchObject({ state: "waiting", attempts: 0, urgency: "asked" });
  expect(desk.rows.discardDead(discarded)).toBe("discarded");
  expect(desk.rows.discardDead(discarded)).toBe("not-found");
  expect(desk.events.find(ids[1] ?? "")).toMatchObject({
    analysisStatus: "failed",
    analysisReason: "Reason 2.",
  });
  expect(desk.rows.listDead({ limit: 9 }).items.map(({ event }) => event.id)).toEqual([ids[0]]);
});

test("a person may ask again at any moment, and once is enough", () => {
  const id = addEvent({ priority: 1 });
  expect(desk.rows.requestByHand("nobody", NOW)).toBe("not-found");
  expect(desk.rows.requestByHand(id, NOW)).toBe("queued");
  expect(desk.rows.requestByHand(id, NOW)).toBe("already-queued");

  const job = lease(readJob(id).id);
  expect(job).toMatchObject({ byHand: true, cameraId: "dock-door" });
  expect(desk.rows.requestByHand(id, NOW)).toBe("in-hand");
  desk.rows.settle(job, { type: "skipped", reason: "It has no picture." }, NOW);
  expect(desk.rows.requestByHand(id, NOW)).toBe("queued");

  const shed = addEvent();
  desk.rows.shedLeast("dock-door", 1, SHED_REASON);
  expect(desk.rows.requestByHand(shed, NOW)).toBe("queued");
  expect(desk.events.find(shed)?.analysisStatus).toBe("pending");
});

test("a job that is asked for after its announcement is taken as asked for", () => {
  const id = addEvent();
  desk.rows.promote(readJob(id).id);
  expect(desk.rows.requestByHand(id, NOW)).toBe("queued");
  expect(readJob(id).state).toBe("ready");
  expect(desk.rows.take(1, "lease", NOW)).toMatchObject([{ eventId: id, byHand: true }]);
});

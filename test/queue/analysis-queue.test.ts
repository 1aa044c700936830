import { eq } from "drizzle-orm";
import { expect, test } from "vitest";

import { ApplianceError } from "../../src/base/errors.ts";
import { createLog } from "../../src/base/log.ts";
import { createAnalysisQueue } from "../../src/queue/analysis-queue.ts";
import type { ModelReadiness } from "../../src/queue/desk.ts";
import type { Job, JobOutcome } from "../../src/queue/job.ts";
import { analysisJobs } from "../../src/store/desk-schema.ts";
import { advanceUntil, describe, openTestDesk, type TestDesk } from "../support/analysis-desk.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createCounts } from "../support/queue-counts.ts";
import { createDescription } from "../support/sample-events.ts";

test("a due job is analysed, and its event described", async () => {
  await using desk = await openTestDesk({});
  const id = desk.addEvent();
  desk.start();

  await desk.untilSettled(1);
  expect(desk.events.find(id)).toMatchObject({
    analysisStatus: "done",
    analysisReason: null,
    revision: 3,
    ai: { title: "A person at the door", objects: ["person", "box"] },
  });
  expect(desk.queue.counts()).toEqual(createCounts());
});

test("a description says how it came about: when, after what wait, from which server and picture", async () => {
  const clock = createManualClock();
  const imageHash = "5f".repeat(32);
  await using desk = await openTestDesk({
    clock,
    analyze: async ({ eventId }) => ({
      ...{ type: "done", description: createDescription(eventId) },
      ...{ serverVersion: "0.31.0", imageHash },
    }),
  });
  const id = desk.addEvent();
  await clock.advance(90_000);
  desk.start();
  await desk.untilSettled(1);
  expect(desk.events.find(id)?.ai).toMatchObject({
    createdAt: clock.now(),
    queueWaitMs: 90_000,
    serverVersion: "0.31.0",
    imageHash,
  });
});

test("the more urgent goes first, then the newer picture", async () => {
  await using desk = await openTestDesk({});
  const now = Date.now();
  const older = desk.addEvent({ priority: 500, timestamp: now - 1000 });
  const newer = desk.addEvent({ priority: 500, timestamp: now });
  const urgent = desk.addEvent({ priority: 900, timestamp: now - 2000 });
  desk.start();

  await desk.untilSettled(3);
  expect(desk.settled).toEqual([urgent, newer, older]);
});

test("an event that a person asks for goes ahead of all that wait", async () => {
  const gate = createGate();
  await using desk = await openTestDesk({
    analyze: async ({ eventId }) => {
      await gate.passed;
      return describe(eventId);
    },
  });
  const first = desk.addEvent({ priority: 900 });
  const second = desk.addEvent({ priority: 500 });
  const least = desk.addEvent({ priority: 1 });
  desk.start();
  await until(desk, (counts) => counts.running === 1);

  expect(desk.events.requestAnalysis(least, Date.now())).toBe(true);
  gate.open();
  await desk.untilSettled(3);
  expect(desk.settled).toEqual([first, least, second]);
});

test.for([1, 2, 3])(
  "never more than %i jobs are in hand, and as many when there is work",
  async (concurrency) => {
    let inHand = 0;
    const seen: number[] = [];
    await using desk = await openTestDesk({
      concurrency,
      analyze: async ({ eventId }) => {
        inHand += 1;
        seen.push(inHand);
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
        inHand -= 1;
        return describe(eventId);
      },
    });
    for (let count = 0; count < 12; count += 1) desk.addEvent();
    desk.start();

    await desk.untilSettled(12);
    expect(Math.max(...seen)).toBe(concurrency);
  },
);

test("an outage costs no attempt, however often it happens, and ends by itself", async () => {
  const clock = createManualClock();
  let outages = 0;
  const attempts: number[] = [];
  await using desk = await openTestDesk({
    clock,
    analyze: async ({ eventId, attempt }) => {
      attempts.push(attempt);
      outages += 1;
      if (outages <= 12) return { type: "outage", code: "model_missing", reason: "Pull llava:7b." };
      return describe(eventId);
    },
  });
  const id = desk.addEvent();
  desk.start();
  // The first pauses may be shorter than a turn of the clock.
  await advanceUntil(clock, () => desk.queue.state().paused?.code === "model_missing");
  expect(desk.events.find(id)).toMatchObject({
    analysisStatus: "pending",
    analysisReason: "Pull llava:7b.",
  });

  await advanceUntil(clock, () => desk.settled.length >= 13);
  expect(attempts).toEqual(Array(13).fill(1));
  expect(desk.events.find(id)?.analysisStatus).toBe("done");
  expect(desk.queue.state().paused).toBeNull();
});

test("while the model is not ready nothing is handed out, and the state says why", async () => {
  const clock = createManualClock();
  let readiness: ModelReadiness = { ready: false, code: "refused", reason: "Start Ollama." };
  const seen: string[] = [];
  await using desk = await openTestDesk({
    clock,
    isModelReady: async () => readiness,
    analyze: async ({ eventId }) => {
      seen.push(eventId);
      return describe(eventId);
    },
  });
  const ids = [desk.addEvent(), desk.addEvent()];
  desk.start();
  await clock.advance(200_000);
  expect(seen).toEqual([]);
  expect(desk.queue.state().paused).toMatchObject({ code: "refused", reason: "Start Ollama." });
  expect(desk.queue.counts().waiting).toBe(2);

  readiness = { ready: true };
  await advanceUntil(clock, () => desk.settled.length === 2);
  expect(new Set(seen)).toEqual(new Set(ids));
});

test("a job whose analysis hangs the model does not keep the others from their turn", async () => {
  const clock = createManualClock();
  let hanging = "";
  await using desk = await openTestDesk({
    clock,
    analyze: async ({ eventId }) => {
      if (eventId !== hanging) return describe(eventId);
      throw new ApplianceError("timed-out", "The model did not answer within 120 s.");
    },
  });
  hanging = desk.addEvent({ priority: 1000 });
  const others = [desk.addEvent(), desk.addEvent(), desk.addEvent()];
  desk.start();

  const isDone = (id: string) => desk.events.find(id)?.analysisStatus === "done";
  await advanceUntil(clock, () => others.every(isDone));
  expect(desk.events.find(hanging)?.analysisStatus).toBe("pending");
});

test("after five bad answers the job is dead, with its last answer kept for a person", async () => {
  const clock = createManualClock();
  const attempts: number[] = [];
  await using desk = await openTestDesk({
    clock,
    analyze: async ({ attempt }) => {
      attempts.push(attempt);
      const rawAnswer = "x".repeat(20_000);
      return { type: "bad-answer", reason: "It was no JSON.", rawAnswer };
    },
  });
  const id = desk.addEvent();
  desk.start();

  await advanceUntil(clock, () => desk.events.find(id)?.analysisStatus === "failed");
  await clock.advance(3_600_000);
  expect(attempts).toEqual([1, 2, 3, 4, 5]);
  expect(desk.events.find(id)?.analysisReason).toBe("Given up after 5 tries: It was no JSON.");
  expect(desk.queue.counts()).toMatchObject({ waiting: 0, dead: 1 });
  expect(readJob(desk, id).rawAnswer).toHaveLength(8192);

  expect(desk.events.requestAnalysis(id, clock.now())).toBe(true);
  expect(readJob(desk, id)).toMatchObject({ state: "waiting", attempts: 0, rawAnswer: null });
});

test("a picture that kills the process is given up after five starts", async () => {
  await using desk = await openTestDesk({});
  const id = desk.addEvent();
  for (let start = 1; start <= 5; start += 1) {
    const [due] = desk.rows.due(Number.MAX_SAFE_INTEGER, []).candidates;
    desk.rows.promote(due?.id ?? "");
    expect(desk.rows.take(1, `lock-${start}`, 0)).toMatchObject([{ attempt: start }]);
    // The process dies here; the next one recovers at its start.
    expect(await recoverOnly(desk)).toEqual([id]);
  }
  expect(desk.events.find(id)).toMatchObject({ analysisStatus: "failed" });
  expect(desk.rows.counts()).toMatchObject({ waiting: 0, running: 0, dead: 1 });
});

test("an unforeseen fault in one analysis costs that job a try and the desk nothing", async () => {
  let faulty = "";
  await using desk = await openTestDesk({
    analyze: async ({ eventId }) => {
      if (eventId === faulty) throw new TypeError("pixels is undefined");
      return describe(eventId);
    },
  });
  faulty = desk.addEvent({ priority: 900 });
  const other = desk.addEvent();
  desk.start();

  await desk.untilSettled(2);
  expect(desk.settled).toEqual([faulty, other]);
  expect(readJob(desk, faulty)).toMatchObject({ state: "waiting", attempts: 1 });
  expect(readJob(desk, faulty).lastError).toContain("pixels is undefined");
});

test("on stop the job in hand is finished and no other is begun", async () => {
  const gate = createGate();
  await using desk = await openTestDesk({
    analyze: async ({ eventId }) => {
      await gate.passed;
      return describe(eventId);
    },
  });
  const first = desk.addEvent({ priority: 500 });
  const second = desk.addEvent({ priority: 1 });
  desk.start();
  await until(desk, (counts) => counts.running === 1);

  const stopped = desk.stop();
  gate.open();
  await stopped;
  expect(desk.events.find(first)?.analysisStatus).toBe("done");
  expect(readJob(desk, second)).toMatchObject({ state: "waiting", attempts: 0 });
});

test("a job that outlasts the stop is told to end and gets its try back", async () => {
  const clock = createManualClock();
  await using desk = await openTestDesk({
    clock,
    analyze: (_job, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  const id = desk.addEvent();
  desk.start();
  await advanceUntil(clock, () => desk.queue.state().running === 1);

  const stopped = desk.stop();
  await clock.advance(60_000);
  await stopped;
  expect(readJob(desk, id)).toMatchObject({ state: "waiting", attempts: 0 });
  expect(desk.events.find(id)?.analysisStatus).toBe("pending");
});

test("a job that ignores even that keeps its lease, and the next start takes it up", async () => {
  const clock = createManualClock();
  await using desk = await openTestDesk({ clock, analyze: () => new Promise(() => {}) });
  const id = desk.addEvent();
  desk.start();
  await advanceUntil(clock, () => desk.queue.state().running === 1);

  const stopped = desk.stop();
  await clock.advance(60_000);
  await stopped;
  expect(readJob(desk, id).state).toBe("leased");
  expect(await recoverOnly(desk)).toEqual([id]);
  expect(readJob(desk, id)).toMatchObject({ state: "waiting", attempts: 1, lockId: null });
});

test("a full disk keeps the outcome until it can be written, and costs no second analysis", async () => {
  const clock = createManualClock();
  let full = true;
  let analysed = 0;
  await using desk = await openTestDesk({
    clock,
    analyze: async ({ eventId }) => {
      analysed += 1;
      return describe(eventId);
    },
    rows: (rows) => ({
      ...rows,
      settle(...given) {
        if (full) throw new ApplianceError("exhausted", "The disk is full. Free some space.");
        return rows.settle(...given);
      },
    }),
  });
  const id = desk.addEvent();
  desk.start();
  await clock.advance(120_000);
  expect(desk.queue.state()).toMatchObject({ paused: { code: "storage" }, running: 1 });

  full = false;
  await advanceUntil(clock, () => desk.settled.length === 1);
  expect(desk.events.find(id)?.analysisStatus).toBe("done");
  expect(analysed).toBe(1);
});

test.for(["promote", "take", "isReady"] as const)("a failing %s strands no job", async (verb) => {
  const clock = createManualClock();
  let failures = 3;
  await using desk = await openTestDesk({
    clock,
    rows: (rows) => ({
      ...rows,
      [verb](...given: unknown[]) {
        if (failures > 0) {
          failures -= 1;
          throw new ApplianceError("unavailable", "The database is locked.");
        }
        return Reflect.apply(rows[verb], rows, given);
      },
    }),
  });
  const ids = [desk.addEvent(), desk.addEvent(), desk.addEvent()];
  desk.start();

  const isSettled = (id: string) => desk.events.find(id)?.analysisStatus === "done";
  await advanceUntil(clock, () => ids.every(isSettled));
});

test("a fault of the database that no waiting cures ends the desk", async () => {
  await using desk = await openTestDesk({
    rows: (rows) => ({
      ...rows,
      take() {
        throw new ApplianceError("internal", "The database is damaged.");
      },
    }),
  });
  desk.addEvent();
  desk.start();
  await expect(desk.untilSettled(1)).rejects.toThrow("The database is damaged.");
});

test("a clock that steps back by a year puts no job off", async () => {
  const clock = createManualClock();
  let now = 0;
  await using desk = await openTestDesk({ clock });
  desk.addEvent({ availableAt: clock.now() + 30_000 });
  clock.stepWall(-365 * 86_400_000);
  desk.start();

  await advanceUntil(clock, () => {
    now += 1;
    return desk.settled.length === 1;
  });
  expect(now).toBeLessThan(600);
});

test("an outcome under a lost lease changes nothing", async () => {
  await using desk = await openTestDesk({});
  const id = desk.addEvent();
  desk.rows.promote(desk.rows.due(Date.now(), []).candidates[0]?.id ?? "");
  const [job] = desk.rows.take(1, "lock-1", 0) as [Job];

  const stale = { ...job, lockId: "lock-0" };
  const done = describe(id) as Extract<JobOutcome, { type: "done" }>;
  expect(desk.rows.settle(stale, done, 0)).toBe(false);
  expect(desk.events.find(id)).toMatchObject({ analysisStatus: "running", ai: null });
  expect(desk.rows.settle(job, done, 0)).toBe(true);
  expect(desk.rows.settle(job, done, 0)).toBe(false);
});

/** Another life of the desk over the same rows, whose recovery alone is looked at. */
async function recoverOnly(desk: TestDesk): Promise<string[]> {
  const settled: string[] = [];
  const stop = new AbortController();
  const queue = createAnalysisQueue({
    rows: desk.rows,
    analyze: async ({ eventId }) => describe(eventId),
    isModelReady: async () => ({ ready: false, code: "refused", reason: "Start Ollama." }),
    clock: createManualClock(),
    log: createLog({ level: "silent" }),
    concurrency: 1,
    onChange: () => stop.abort(),
    onSettled: (eventId) => settled.push(eventId),
  });
  await queue.run(stop.signal);
  return settled;
}

function readJob(desk: TestDesk, eventId: string) {
  const rows = desk.db.orm
    .select()
    .from(analysisJobs)
    .where(eq(analysisJobs.motionEventId, eventId))
    .all();
  expect(rows).toHaveLength(1);
  return rows[0] as NonNullable<(typeof rows)[0]>;
}

async function until(
  desk: TestDesk,
  isSo: (counts: ReturnType<TestDesk["queue"]["counts"]>) => boolean,
): Promise<void> {
  while (!isSo(desk.queue.counts())) await new Promise(setImmediate);
}

function createGate() {
  const { promise: passed, resolve: open } = Promise.withResolvers<void>();
  return { passed, open };
}

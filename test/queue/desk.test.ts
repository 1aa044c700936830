import { expect, test } from "vitest";

import { SHED_REASON } from "../../src/queue/shedding.ts";
import { advanceUntil, describe, openTestDesk } from "../support/analysis-desk.ts";
import { createManualClock } from "../support/manual-clock.ts";

test("what cannot be described in time is skipped, and described when nothing else waits", async () => {
  const clock = createManualClock();
  const order: string[] = [];
  await using desk = await openTestDesk({
    clock,
    deadlineMs: 60_000,
    analyze: async ({ eventId }, { signal }) => {
      order.push(eventId);
      await clock.sleep(20_000, { signal });
      return describe(eventId);
    },
  });
  const add = (priority: number) => desk.addEvent({ priority });
  const first = add(500);
  desk.start();
  await advanceUntil(clock, () => desk.settled.length === 1);

  // At 20 s each, three of these can be described within a minute.
  const urgent = add(900);
  const [least, ...others] = [460, 470, 480, 490].map(add);
  await advanceUntil(clock, () => desk.queue.counts().shed > 0);
  expect(desk.events.find(least ?? "")).toMatchObject({
    analysisStatus: "skipped",
    analysisReason: SHED_REASON,
    ai: null,
  });

  const all = [first, urgent, least, ...others] as string[];
  const isDone = (id: string) => desk.events.find(id)?.analysisStatus === "done";
  await advanceUntil(clock, () => all.every(isDone));
  expect(order.slice(0, 2)).toEqual([first, urgent]);
  expect(new Set(order.slice(-2))).toEqual(new Set([least, others[0]]));
  expect(order).toHaveLength(all.length);
});

test("after an outage one job goes alone, and the others follow once it came to an end", async () => {
  const clock = createManualClock();
  const gate = createGate();
  let calls = 0;
  await using desk = await openTestDesk({
    clock,
    concurrency: 3,
    analyze: async ({ eventId }) => {
      calls += 1;
      if (calls <= 3) return { type: "outage", code: "refused", reason: "Start Ollama." };
      await gate.passed;
      return describe(eventId);
    },
  });
  for (let count = 0; count < 12; count += 1) desk.addEvent();
  desk.start();
  await advanceUntil(clock, () => calls === 4);
  await clock.advance(120_000);
  expect(desk.queue.state()).toMatchObject({ paused: null, running: 1, workers: 1 });

  gate.open();
  await advanceUntil(clock, () => desk.queue.counts().waiting === 0);
  expect(desk.settled.length).toBeGreaterThanOrEqual(12);
});

test("the state tells how fast it goes and when it will be through", async () => {
  const clock = createManualClock();
  await using desk = await openTestDesk({
    clock,
    analyze: async ({ eventId }, { signal }) => {
      await clock.sleep(10_000, { signal });
      return describe(eventId);
    },
  });
  for (let count = 0; count < 12; count += 1) desk.addEvent();
  expect(desk.queue.state()).toMatchObject({ workers: 1, serviceMs: null, drainSeconds: null });
  desk.start();
  await advanceUntil(clock, () => desk.settled.length === 2);
  expect(desk.queue.state().serviceMs).toBeGreaterThanOrEqual(10_000);
  expect(desk.queue.state().drainSeconds).toBeGreaterThanOrEqual(80);

  await advanceUntil(clock, () => desk.settled.length === 12);
  expect(desk.queue.state()).toMatchObject({ running: 0, drainSeconds: 0 });
  expect(desk.queue.state().finishedPerMinute).toBeGreaterThan(3);
});

test("as many tries as are configured", async () => {
  const clock = createManualClock();
  const reason = "It was no JSON.";
  await using desk = await openTestDesk({
    clock,
    attemptsMax: 2,
    analyze: async () => ({ type: "bad-answer", reason, rawAnswer: null }),
  });
  const id = desk.addEvent();
  desk.start();
  await advanceUntil(clock, () => desk.events.find(id)?.analysisStatus === "failed");
  expect(desk.events.find(id)?.analysisReason).toBe(`Given up after 2 tries: ${reason}`);
});

function createGate() {
  const { promise: passed, resolve: open } = Promise.withResolvers<void>();
  return { passed, open };
}

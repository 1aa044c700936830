import { expect, test, vi } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { createScheduled, isSchedule } from "../../src/base/schedule.ts";

const log = createLog({ level: "silent" });

test.each(["*/30 * * * * *", "15 3 * * *", "0 0 1 1 0"])("%s is a schedule", (expression) => {
  expect(isSchedule(expression)).toBe(true);
});

test.each(["", "often", "61 * * * *", "* * * *"])("%j is none", (expression) => {
  expect(isSchedule(expression)).toBe(false);
});

test("work is done at its times, also after it failed, until it is stopped", async () => {
  const stop = new AbortController();
  let times = 0;
  const scheduled = createScheduled({
    ...{ name: "test", schedule: "* * * * * *", log },
    work() {
      times += 1;
      if (times === 2) stop.abort();
      throw new Error("not today");
    },
  });
  await scheduled.run(stop.signal);
  expect(times).toBe(2);
});

test("what is stopped before it begins does nothing", async () => {
  const work = (): never => {
    throw new Error("it was done");
  };
  const scheduled = createScheduled({ name: "test", schedule: "* * * * * *", work, log });
  await scheduled.run(AbortSignal.abort());
});

test("T1: work goes on at once when the clock comes from 1970 to its time, and when it is set back", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(1970, 0, 1) });
  const running = setInterval(() => vi.advanceTimersByTime(500), 20);
  try {
    const stop = new AbortController();
    const doneIn: number[] = [];
    const scheduled = createScheduled({
      ...{ name: "test", schedule: "* * * * * *", log },
      work() {
        doneIn.push(new Date().getUTCFullYear());
        if (doneIn.length === 1) vi.setSystemTime(Date.UTC(2026, 10, 23));
        if (doneIn.length === 3) vi.setSystemTime(Date.UTC(2020, 0, 1));
        if (doneIn.length === 5) stop.abort();
      },
    });
    await scheduled.run(stop.signal);
    expect(doneIn).toEqual([1970, 2026, 2026, 2020, 2020]);
  } finally {
    clearInterval(running);
    vi.useRealTimers();
  }
});

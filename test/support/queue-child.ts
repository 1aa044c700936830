/**
 * A process to be killed: stores events somewhat faster than they are described and tells each on
 * stdout once it is stored. One picture in ten gets a bad answer. With `drain` it stores nothing,
 * describes what is left and ends when nothing waits any more. Named a kill point and the number of
 * a call, it kills itself there.
 */
import { join } from "node:path";

import { type Clock, systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { createAnalysisQueue } from "../../src/queue/analysis-queue.ts";
import type { Job, JobOutcome } from "../../src/queue/job.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore } from "../../src/store/events.ts";
import { createJobStore } from "../../src/store/jobs.ts";
import { createKillSwitch } from "./kill-switch.ts";
import { createDescription, createMotionEvent } from "./sample-events.ts";

const [folder = "", errand = "produce", point = "", call = "1"] = process.argv.slice(2);
const CAMERAS = 4;
/** Half a minute of the hasty clock: some events come too late and are shed. */
const DEADLINE_MS = 30_000;
const killSwitch = createKillSwitch(point, Number(call));
const log = createLog({ level: "silent" });
const db = await openDatabase({ path: join(folder, "nightjar.db"), log });
const mortal = killSwitch.inTransactions(db);
const events = killSwitch.around(createEventStore(mortal));
const stop = new AbortController();

// A second of waiting for the next try takes a millisecond here.
const hastyClock: Clock = {
  now: () => systemClock.now() + systemClock.monotonic() * 1000,
  monotonic: systemClock.monotonic,
  sleep: (durationMs, options) => systemClock.sleep(durationMs / 1000, options),
};

const queue = createAnalysisQueue({
  rows: killSwitch.around(createJobStore(mortal)),
  analyze,
  isModelReady: async () => ({ ready: true }),
  clock: hastyClock,
  log,
  concurrency: 2,
  deadlineMs: DEADLINE_MS,
  onSettled: () => {},
  onChange({ waiting, shed, running }) {
    if (errand === "drain" && waiting + shed + running === 0) stop.abort();
  },
});
const running = queue.run(stop.signal);
if (errand === "produce") await produce();
await running;
await db[Symbol.asyncDispose]();

async function produce(): Promise<never> {
  for (;;) {
    const cameraId = `camera-${Math.floor(Math.random() * CAMERAS)}`;
    const event = createMotionEvent({ cameraId, startedAt: Math.round(hastyClock.now()) });
    events.insert(event, { availableAt: 0, priority: Math.round(Math.random() * 1000) });
    queue.announceDue();
    process.stdout.write(`${event.id}\n`);
    await systemClock.sleep(Math.random() * 4, { signal: stop.signal });
  }
}

async function analyze({ eventId, attempt }: Job): Promise<JobOutcome> {
  await systemClock.sleep(Math.random() * 4, { signal: stop.signal });
  killSwitch.reach("within analyze");
  if (Math.random() < 0.1) {
    return { type: "bad-answer", reason: "It was no JSON.", rawAnswer: "{" };
  }
  return { type: "done", description: createDescription(eventId, { title: `Try ${attempt}` }) };
}

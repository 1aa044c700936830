/** What the desk itself costs: taking one of 100,000 waiting jobs, and the time between two calls. */

import { type Clock, systemClock } from "../../src/base/clock.ts";
import { createId } from "../../src/base/ids.ts";
import { describe, openTestDesk } from "../../test/support/analysis-desk.ts";
import { createRandom } from "../../test/support/random.ts";
import { createMotionEvent } from "../../test/support/sample-events.ts";

export interface TakeCost {
  waiting: number;
  medianMs: number;
  p99Ms: number;
  /** Heap at the end over the beginning, after as many turns. */
  heapGrowthMb: number;
}

const TURNS = 300;
const CAMERAS = 8;

/** Choosing, announcing, leasing and settling one job, model aside. */
export async function measureTake({ seed, waiting }: { seed: number; waiting: number }) {
  const clock = systemClock;
  const random = createRandom(seed);
  await using desk = await openTestDesk({ clock });
  desk.db.transaction(() => {
    for (let index = 0; index < waiting; index += 1) {
      const at = clock.now() - Math.round(random() * 86_400_000);
      const significanceScore = random();
      const cameraId = `camera-${index % CAMERAS}`;
      const event = createMotionEvent({
        cameraId,
        startedAt: at,
        timestamp: at,
        significanceScore,
      });
      desk.events.insert(event, {
        availableAt: at,
        priority: Math.round(significanceScore * 1000),
      });
    }
  });

  const { rows } = desk;
  const tookMs: number[] = [];
  const heapBefore = process.memoryUsage().heapUsed;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const beganMs = clock.monotonic();
    const [id = ""] = rows.due(clock.now(), 1);
    rows.promote(id);
    const [job] = rows.take(1, createId(), clock.now());
    rows.counts();
    tookMs.push(clock.monotonic() - beganMs);
    if (!job) throw new Error("Nothing was taken, though rows wait.");
    rows.settle(job, { type: "skipped", reason: "Measured." }, clock.now());
  }
  const sorted = tookMs.toSorted((a, b) => a - b);
  return {
    waiting,
    medianMs: sorted[Math.floor(TURNS / 2)] ?? Infinity,
    p99Ms: sorted[Math.floor(TURNS * 0.99)] ?? Infinity,
    heapGrowthMb: (process.memoryUsage().heapUsed - heapBefore) / 1e6,
  } satisfies TakeCost;
}

/** Wall time beyond the model's own, as a percentage of it, with descriptions of one second. */
export async function measureOverheadPercent({ jobs }: { jobs: number }): Promise<number> {
  const clock: Clock = systemClock;
  const { signal } = new AbortController();
  let modelMs = 0;
  await using desk = await openTestDesk({
    clock,
    async analyze({ eventId }) {
      const beganMs = clock.monotonic();
      await clock.sleep(1000, { signal });
      modelMs += clock.monotonic() - beganMs;
      return describe(eventId);
    },
  });
  for (let index = 0; index < jobs; index += 1) desk.addEvent();
  const beganMs = clock.monotonic();
  desk.start();
  await desk.untilSettled(jobs);
  return (100 * (clock.monotonic() - beganMs - modelMs)) / modelMs;
}

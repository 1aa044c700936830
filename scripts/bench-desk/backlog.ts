/** What the desk itself costs, in real time: a turn before a long backlog, and one between two calls. */
import { getTableColumns, sql } from "drizzle-orm";

import { systemClock } from "../../src/base/clock.ts";
import type { EdgeDatabase } from "../../src/store/database.ts";
import { analysisJobs } from "../../src/store/desk-schema.ts";
import type { JobStore } from "../../src/store/jobs.ts";
import { motionEvents } from "../../src/store/schema.ts";
import { describe, openTestDesk, type TestDesk } from "../../test/support/analysis-desk.ts";
import { createRandom } from "../../test/support/random.ts";
import { createMotionEvent } from "../../test/support/sample-events.ts";

export interface TurnCost {
  /** Choosing and leasing one job. */
  takeMs: number;
  takeP99Ms: number;
  /** All that the desk asks of the database between two jobs, putting off what comes too late included. */
  turnMs: number;
  /** One empty durable write on this disk: what no database can be faster than. */
  commitMs: number;
  /** Live heap after the last turn over the one after a tenth of them. */
  heapGrowthMb: number;
}

const TURNS = 200;
const WARM_UP_TURNS = TURNS / 10;
const CAMERAS = 8;
const ORIGINALS = 1000;
const TAKING: readonly (keyof JobStore)[] = ["due", "promote", "isReady", "take"];

/** The real queue before so many waiting rows of the last day. */
export async function measureTurns({
  seed,
  waiting,
}: {
  seed: number;
  waiting: number;
}): Promise<TurnCost> {
  const clock = systemClock;
  const takes: number[] = [];
  const turns: number[] = [];
  let takeMs = 0;
  let turnMs = 0;
  let warmHeap = 0;
  const { promise: measured, resolve: end } = Promise.withResolvers<void>();
  const time =
    (name: keyof JobStore, verb: (...given: never[]) => unknown) =>
    (...given: never[]): unknown => {
      const beganMs = clock.monotonic();
      try {
        return verb(...given);
      } finally {
        const tookMs = clock.monotonic() - beganMs;
        turnMs += tookMs;
        if (TAKING.includes(name)) takeMs += tookMs;
      }
    };
  await using desk = await openTestDesk({
    rows: (rows) =>
      Object.fromEntries(
        Object.entries(rows).map(([name, verb]) => [name, time(name as keyof JobStore, verb)]),
      ) as unknown as JobStore,
    async analyze() {
      // What the desk did since the job before.
      takes.push(takeMs);
      turns.push(turnMs);
      takeMs = 0;
      turnMs = 0;
      if (takes.length === WARM_UP_TURNS) warmHeap = readLiveHeap();
      if (takes.length === TURNS) end();
      return { type: "skipped", reason: "Measured." };
    },
  });
  fill(desk, { seed, waiting });
  desk.start();
  await measured;
  return {
    takeMs: toQuantile(takes.slice(WARM_UP_TURNS), 0.5),
    takeP99Ms: toQuantile(takes.slice(WARM_UP_TURNS), 0.99),
    turnMs: toQuantile(turns.slice(WARM_UP_TURNS), 0.5),
    commitMs: toQuantile(measureCommits(desk.db), 0.5),
    heapGrowthMb: (readLiveHeap() - warmHeap) / 1e6,
  };
}

/** A thousand events as motion stores them, and copies of those, or it would take minutes. */
function fill(
  { db, events }: TestDesk,
  { seed, waiting }: { seed: number; waiting: number },
): void {
  const random = createRandom(seed);
  const now = systemClock.now();
  const columnsOf = (table: typeof motionEvents | typeof analysisJobs): string[] =>
    Object.values(getTableColumns(table)).map(({ name }) => name);
  const copy = (table: string, columns: string[], ids: string[], number: number): void => {
    const values = columns.map((name) => {
      if (ids.includes(name)) return `${name} || '-${number}'`;
      return name.endsWith("_at") || name === "timestamp" ? `${name} - ${number}` : name;
    });
    const originals = `from ${table} where length(id) = 36`;
    db.orm.run(
      sql.raw(`insert into ${table} (${columns.join()}) select ${values.join()} ${originals}`),
    );
  };

  db.transaction(() => {
    for (let index = 0; index < ORIGINALS; index += 1) {
      const at = now - Math.round(random() * 86_400_000);
      const significanceScore = random();
      const cameraId = `camera-${index % CAMERAS}`;
      const given = { cameraId, startedAt: at, timestamp: at, significanceScore };
      const priority = Math.round(significanceScore * 1000);
      events.insert(createMotionEvent(given), { availableAt: at, priority });
    }
    for (let number = 1; number < waiting / ORIGINALS; number += 1) {
      copy("motion_events", columnsOf(motionEvents), ["id"], number);
      copy("analysis_jobs", columnsOf(analysisJobs), ["id", "motion_event_id"], number);
    }
  });
}

function measureCommits(db: EdgeDatabase): number[] {
  db.orm.run(sql`create table commits (at integer not null)`);
  return Array.from({ length: 50 }, () => {
    const beganMs = systemClock.monotonic();
    db.transaction(() => void db.orm.run(sql`insert into commits values (1)`));
    return systemClock.monotonic() - beganMs;
  });
}

function readLiveHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function toQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Infinity;
}

export interface Overhead {
  /** Wall time beyond the model's own, as a percentage of it: what the neighbours take counts too. */
  wallPercent: number;
  /** The process's own processor time, likewise. */
  cpuPercent: number;
}

/** With descriptions of one second. */
export async function measureOverhead({ jobs }: { jobs: number }): Promise<Overhead> {
  const { signal } = new AbortController();
  let modelMs = 0;
  await using desk = await openTestDesk({
    async analyze({ eventId }) {
      const beganMs = systemClock.monotonic();
      await systemClock.sleep(1000, { signal });
      modelMs += systemClock.monotonic() - beganMs;
      return describe(eventId);
    },
  });
  // The first job pays for what is loaded and compiled once.
  desk.addEvent();
  desk.start();
  await desk.untilSettled(1);

  for (let index = 0; index < jobs; index += 1) desk.addEvent();
  modelMs = 0;
  const beganMs = systemClock.monotonic();
  const used = process.cpuUsage();
  await desk.untilSettled(1 + jobs);
  const tookMs = systemClock.monotonic() - beganMs;
  const { user, system } = process.cpuUsage(used);
  return {
    wallPercent: (100 * (tookMs - modelMs)) / modelMs,
    cpuPercent: (100 * (user + system)) / 1000 / modelMs,
  };
}

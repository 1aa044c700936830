/** Events as they come: how long until the centre has them, and what a backlog does to the box. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";

import { systemClock } from "../../src/base/clock.ts";
import type { MariaDb } from "../../test/support/mariadb.ts";
import { drain, openSyncBox, runUntil } from "../../test/support/sync-box.ts";
import { openTempFolder } from "../../test/support/temp-folder.ts";
import { toPercentile } from "../percentile.ts";
import { createBoxCourier, store, type Target } from "./drain.ts";

/** From an event's beginning at the box to its row at the centre, in seconds, ascending. */
export async function measureLags(
  siteId: string,
  options: { database: MariaDb; target: Target; seconds: number; perSecond: number },
): Promise<number[]> {
  const { database, seconds, perSecond } = options;
  await using box = await openSyncBox();
  const courier = createBoxCourier(box, siteId, options.target);
  let isOver = false;
  const running = runUntil(courier, () => isOver && box.marks.oldest(1).length === 0);
  for (let count = 0; count < seconds * perSecond; count += 1) {
    box.add({ startedAt: Math.round(systemClock.now()) });
    courier.wake();
    await pause(1000 / perSecond);
  }
  isOver = true;
  await running;
  const rows = await database.query(
    `SELECT TIMESTAMPDIFF(MICROSECOND, started_at, received_at) / 1e6 AS lag
     FROM motion_events WHERE site_id = '${siteId}'`,
  );
  return rows.map(({ lag }) => Number(lag)).sort((one, other) => one - other);
}

export interface Disturbance {
  /** Storing one event, 99 of 100 within so many milliseconds. */
  insertP99Ms: number;
  /** How late a timer of the same process fires, 99 of 100. */
  loopP99Ms: number;
}

/** An event every 20 ms while nothing else happens, and while a backlog goes up. */
export async function measureDisturbance(
  siteId: string,
  options: { target: Target; backlog: number; idleSeconds: number },
): Promise<{ idle: Disturbance; draining: Disturbance }> {
  await using folder = await openTempFolder();
  {
    await using before = await openSyncBox(folder.path);
    store(before, options.backlog);
  }
  await using box = await openSyncBox(folder.path);
  const idle = await disturb(box, pause(options.idleSeconds * 1000));
  const courier = createBoxCourier(box, siteId, options.target);
  const work = drain(box, courier, () => box.marks.oldest(1).length === 0);
  return { idle, draining: await disturb(box, work) };
}

async function disturb(
  box: Awaited<ReturnType<typeof openSyncBox>>,
  work: Promise<unknown>,
): Promise<Disturbance> {
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  let isOver = false;
  const done = work.finally(() => {
    isOver = true;
  });
  const tookMs: number[] = [];
  while (!isOver) {
    const startedMs = systemClock.monotonic();
    box.add({ startedAt: Math.round(systemClock.now()) });
    tookMs.push(systemClock.monotonic() - startedMs);
    await pause(20);
  }
  await done;
  loop.disable();
  return { insertP99Ms: toPercentile(tookMs, 0.99), loopP99Ms: loop.percentile(99) / 1e6 };
}

/** Events as a fleet sees them: each begins, ends and is described, at a site drawn by lot. */
import { setTimeout as pause } from "node:timers/promises";

import { systemClock } from "../../src/base/clock.ts";
import type { FleetSite } from "./fleet-site.ts";

const TICK_MS = 20;
const ENDS_AFTER_MS = 8_000;
const DESCRIBED_AFTER_MS = 20_000;

export interface Stream {
  perSecond: number;
  sites: readonly FleetSite[];
}

/** For so many seconds, then until all of them are described. Answers how many there were. */
export async function runArrivals(
  streams: readonly Stream[],
  { seconds, random }: { seconds: number; random: () => number },
): Promise<number> {
  const startedMs = systemClock.monotonic();
  const begins = streams.flatMap((stream) => drawBegins(stream, { seconds, random }));
  const later = createLater();
  const begin = (site: FleetSite, atMs: number): void => {
    let event = site.begin();
    later.add(atMs + ENDS_AFTER_MS, () => {
      event = site.end(event);
    });
    later.add(atMs + DESCRIBED_AFTER_MS, () => void site.describe(event));
  };
  for (const { atMs, site } of begins) later.add(atMs, () => begin(site, atMs));
  for (let nowMs = 0; later.hasMore(); nowMs += TICK_MS) {
    const earlyMs = startedMs + nowMs - systemClock.monotonic();
    if (earlyMs > 0) await pause(earlyMs);
    for (const change of later.take(nowMs)) change();
  }
  return begins.length;
}

/** The times between two are exponential, as of many sources that know nothing of each other. */
function drawBegins(
  { perSecond, sites }: Stream,
  { seconds, random }: { seconds: number; random: () => number },
): { atMs: number; site: FleetSite }[] {
  const begins = [];
  const draw = (): number => (-Math.log(1 - random()) / perSecond) * 1000;
  for (let atMs = draw(); atMs < seconds * 1000; atMs += draw()) {
    const site = sites[Math.floor(random() * sites.length)];
    if (site) begins.push({ atMs, site });
  }
  return begins;
}

/** What is to be done, by the tick in which its time comes. */
function createLater() {
  const byTick = new Map<number, (() => void)[]>();
  return {
    add(atMs: number, change: () => void): void {
      const tick = Math.ceil(atMs / TICK_MS);
      const known = byTick.get(tick);
      if (known) known.push(change);
      else byTick.set(tick, [change]);
    },
    hasMore: () => byTick.size > 0,
    take(nowMs: number): (() => void)[] {
      const tick = Math.round(nowMs / TICK_MS);
      const due = byTick.get(tick) ?? [];
      byTick.delete(tick);
      return due;
    },
  };
}

/** The load, then the settling, then the counting. */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

import type { Daemon } from "../../test/support/daemon.ts";
import { type Json, type LanClient, openLanClient } from "../../test/support/lan-client.ts";
import { createRandom } from "../../test/support/random.ts";
import { parseMetrics, type Sample, toSlope, watchFigures } from "./figures.ts";
import { flap } from "./flapping.ts";
import { createPages, type PageFigures, type Pages } from "./pages.ts";
import { openSite, type SoakSite } from "./site.ts";

export interface SoakOptions {
  minutes: number;
  cameras: number;
  pages: number;
  seed: number;
  onSample?(sample: Sample): void;
}

export interface SoakReport extends Omit<SoakOptions, "onSample"> {
  /** Behind the warm-up; slopes are MB an hour. */
  memory: { startMb: number; endMb: number; slopeMb: number | null; treeSlopeMb: number | null };
  descriptors: { start: number; end: number; max: number };
  walMbMax: number;
  eventLoopLagMs: { p99: number; max: number };
  frames: { seen: number; dropped: number };
  /** Times that a camera had to be connected to again. */
  gaps: number;
  events: Ledger;
  centre: { flaps: number; events: number; missing: number; extra: number; different: number };
  /** Not sent when the time to settle was over. */
  unsent: number;
  feed: PageFigures & {
    /** Told to a page, and no event of the box. */ lost: number;
    unheard: number;
  };
  exitCode: number | null;
}

interface Ledger {
  made: number;
  described: number;
  reused: number;
  skipped: number;
  failed: number;
  waiting: number;
}

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");
const SAMPLE_EVERY_MS = 5_000;
/**
 * What is learned, filled and compiled once is no leak: above all the last ten minutes of small frames. A
 * run that is hardly longer tells of their filling.
 */
const WARM_UP_SHARE = 0.2;
const WARM_UP_MS_MAX = 12 * 60_000;
const SETTLE_MS_MAX = 10 * 60_000;
const ASKED_EVERY_MS = 500;
/** In a row: a box that is short of time still has frames in hand when its cameras are gone. */
const SETTLED_ASKS = 8;

export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { minutes, cameras, pages: pageCount, seed, onSample = () => {} } = options;
  const random = createRandom(seed);
  await using site = await openSite({ cameras, seed });
  const { daemon } = site;
  const client = await openLanClient(daemon);
  const pages = createPages(daemon.url, client);
  const leave = new AbortController();
  await pages.open(pageCount, { random, signal: leave.signal });
  site.rtsp.resume();
  const connectionsBefore = await untilOnline(client);

  const signal = AbortSignal.timeout(minutes * 60_000);
  const watch = { everyMs: SAMPLE_EVERY_MS, signal, onSample };
  const [samples, flaps] = await Promise.all([
    watchFigures(daemon, watch),
    flap(site.line, { random, signal }),
  ]);
  const metrics = await readMetrics(daemon, client);
  await settle(site, client);
  leave.abort();
  await pages.ended;
  const counted = await count(site, { client, pages, pageCount });
  const unsent = (await client.get("/sync")).unsent;
  return {
    ...{ minutes, cameras, pages: pageCount, seed },
    ...toMachineFigures(samples, minutes),
    ...toLoadFigures(metrics, connectionsBefore),
    ...{ events: counted.events, feed: counted.feed, unsent },
    centre: { flaps, ...counted.centre },
    exitCode: await daemon.stop(),
  };
}

/** What must not be, one sentence each. */
export function listFaults({ events, centre, unsent, feed, exitCode }: SoakReport): string[] {
  const counts: [number, string][] = [
    [events.waiting, "events wait for their description"],
    [unsent, "events are unknown to the centre"],
    [centre.missing + centre.extra + centre.different, "events are otherwise at the centre"],
    [feed.lost, "events were told and are gone"],
    [feed.unheard, "times a page was not told of an event"],
    [feed.outOfOrder, "times a page was told twice, or too late"],
    [feed.badAnswers, "requests failed"],
  ];
  const wrong = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return exitCode === 0 ? wrong : [...wrong, `the daemon ended with ${exitCode}`];
}

/** One beside the other, as programs and tables have them: `descriptors_max`. */
export function toFigures(report: SoakReport): Record<string, number | null> {
  const figures = Object.entries(report).flatMap(([name, value]): [string, number | null][] =>
    typeof value === "object" && value !== null
      ? Object.entries<number | null>(value).map(([part, each]) => [`${name}_${part}`, each])
      : [[name, value]],
  );
  return Object.fromEntries(
    figures.map(([name, value]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value === null ? null : Math.round(value * 10) / 10,
    ]),
  );
}

/** Answers how often they had to be connected to. */
async function untilOnline(client: LanClient): Promise<number> {
  for (;;) {
    const { items }: Json = await client.get("/cameras");
    if (items.every(({ state }: Json) => state === "online")) {
      return items.reduce((sum: number, { connections }: Json) => sum + connections, 0);
    }
    await pause(ASKED_EVERY_MS);
  }
}

/** Nothing moves any more and the line is good: until all is described and sent, or it takes too long. */
async function settle({ rtsp, line }: SoakSite, client: LanClient): Promise<void> {
  line.become({ type: "good" });
  await rtsp.stop();
  const startedAt = performance.now();
  await client.fetch("/sync/run", { method: "POST" });
  let settledCount = 0;
  while (settledCount < SETTLED_ASKS && performance.now() - startedAt < SETTLE_MS_MAX) {
    settledCount = (await isSettled(client)) ? settledCount + 1 : 0;
    await pause(ASKED_EVERY_MS);
  }
}

async function isSettled(client: LanClient): Promise<boolean> {
  const { cameras, ledger, sync }: Json = await client.get("/status");
  const isWatching = cameras.some(({ state }: Json) => state === "online");
  const waiting = ledger.reduce((sum: number, line: Json) => sum + line.waiting, 0);
  return !isWatching && waiting === 0 && sync.unsent === 0 && !(await isAnyOpen(client));
}

async function isAnyOpen(client: LanClient): Promise<boolean> {
  const { items }: Json = await client.get("/events?limit=100");
  return items.some(({ ended_at }: Json) => ended_at === null);
}

async function count(
  { daemon, centralUrl }: SoakSite,
  { client, pages, pageCount }: { client: LanClient; pages: Pages; pageCount: number },
) {
  const ids = await listEvents(client);
  const told = [...pages.told];
  const { ledger }: Json = await client.get("/status");
  const sum = (name: string): number =>
    ledger.reduce((total: number, line: Json) => total + line[name], 0);
  const { events, missing, extra, different } = await audit(daemon.dataDir, centralUrl);
  return {
    events: {
      ...{ made: ids.size, described: sum("described"), reused: sum("reused") },
      ...{ skipped: sum("skipped"), failed: sum("failed"), waiting: sum("waiting") },
    },
    centre: { events, missing, extra, different },
    feed: {
      ...pages.figures,
      lost: told.filter(([id]) => !ids.has(id)).length,
      unheard: [...ids].reduce((all, id) => all + pageCount - (pages.told.get(id) ?? 0), 0),
    },
  };
}

async function listEvents(client: LanClient): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: string | null = null;
  do {
    const from: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: Json = await client.get(`/events?limit=100${from}`);
    for (const { id } of page.items) ids.add(id);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return ids;
}

/** By the box's own command, around the line that flaps. */
async function audit(dataDir: string, centralUrl: string): Promise<Json> {
  const words = [MAIN, "central", "audit", "--json"];
  const config = ["--config", join(dataDir, "..", "nightjar.yaml")];
  const env = { PATH: process.env["PATH"], DATABASE_URL: centralUrl };
  // Ends with 1 where they differ, and says how all the same.
  const { stdout }: { stdout: string } = await promisify(execFile)(
    process.execPath,
    [...words, ...config],
    { env },
  ).catch((error: { stdout: string }) => error);
  return JSON.parse(stdout);
}

async function readMetrics(daemon: Daemon, client: LanClient): Promise<Map<string, number>> {
  const headers = await client.headers();
  return parseMetrics(await (await fetch(`${daemon.url}/metrics`, { headers })).text());
}

function toMachineFigures(samples: readonly Sample[], minutes: number) {
  const warmUpMs = Math.min(WARM_UP_MS_MAX, minutes * 60_000 * WARM_UP_SHARE);
  const warm = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const [first, last] = [warm[0], warm.at(-1)];
  const max = (pick: (sample: Sample) => number): number => Math.max(...samples.map(pick));
  return {
    memory: {
      ...{ startMb: first?.memoryMb ?? 0, endMb: last?.memoryMb ?? 0 },
      slopeMb: toSlope(warm, ({ memoryMb }) => memoryMb),
      treeSlopeMb: toSlope(warm, ({ treeMb }) => treeMb),
    },
    descriptors: {
      ...{ start: first?.descriptors ?? 0, end: last?.descriptors ?? 0 },
      max: max(({ descriptors }) => descriptors),
    },
    walMbMax: max(({ walMb }) => walMb),
  };
}

function toLoadFigures(metrics: ReadonlyMap<string, number>, connectionsBefore: number) {
  const read = (name: string): number => metrics.get(`nightjar_${name}`) ?? Number.NaN;
  const lagMs = (quantile: string): number =>
    read(`event_loop_lag_seconds{quantile="${quantile}"}`) * 1000;
  return {
    eventLoopLagMs: { p99: lagMs("0.99"), max: lagMs("1") },
    frames: { seen: read("camera_frames_seen"), dropped: read("camera_frames_dropped") },
    gaps: read("camera_connections") - connectionsBefore,
  };
}

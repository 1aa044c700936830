/**
 * What the door costs: the built daemon with a camera that is read meanwhile and many events stored,
 * asked by many at once, beside a bare server and beside the database alone.
 *
 *     npm run bench:api -- [--rows 100000] [--search-rows 1000000] [--seconds 10] [--clients 1000]
 *                          [--feed-seconds 30] [--json]
 *
 * Fifty connections ask for the newest fifty events. `list_p99_over_bare` is the 99th percentile over
 * that of a bare server at the same rate of requests, a steady one that both can follow; as fast as
 * they can is told beside it. A search is timed at the caller, one after the other. The feed's
 * messages are those of 20 events a second that are deleted over the API.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

import Database from "better-sqlite3";

import { createLog } from "../src/base/log.ts";
import { openDatabase } from "../src/store/database.ts";
import { createEventStore } from "../src/store/events.ts";
import { type Daemon, openDaemon } from "../test/support/daemon.ts";
import { makeFootage } from "../test/support/footage.ts";
import { type Json, type LanClient, openLanClient } from "../test/support/lan-client.ts";
import { openRtspServer } from "../test/support/rtsp-server.ts";
import { openTempFolder } from "../test/support/temp-folder.ts";
import { load } from "./bench-api/load.ts";
import { storeEvents } from "./bench-api/stored-events.ts";
import { toPercentile } from "./percentile.ts";

const CONNECTIONS = 50;
/** Ten a second of each: far more than fifty pages ask. */
const RATE = 500;
const EVENTS_A_SECOND = 20;
const SEARCHES = 400;
const PAGE = 50;
const FRAMES_A_SECOND = 5;
const QUERIES = [
  ...["q=person", "q=courier%20gate", "q=pers", "q=van&camera_id=camera-3", "q=ladder"],
  ...["camera_id=camera-5", "analysis_status=skipped", "min_significance=0.9", "q=de"],
  ...["camera_id=camera-1&camera_id=camera-2", "camera_id=camera-4&analysis_status=skipped"],
  ...["q=forklift%20yard", "q=dog&min_significance=0.5", "q=nothing"],
];

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "100000" },
    "search-rows": { type: "string", default: "1000000" },
    seconds: { type: "string", default: "10" },
    clients: { type: "string", default: "1000" },
    "feed-seconds": { type: "string", default: "30" },
    json: { type: "boolean", default: false },
  },
});

await using folder = await openTempFolder();
const footage = await makeFootage({ folder: folder.path, seconds: 20 });
await using rtsp = await openRtspServer({ mounts: { yard: footage.file } });

const door = await withStored(toPositive("rows"), async (daemon, client) => {
  const frames = await watchFrames(client);
  const lists = await measureLists(daemon, client);
  const feed = await measureFeed(daemon, client);
  return { ...lists, ...feed, frames_lost: await frames.lost() };
});
const search = await withStored(toPositive("search-rows"), (_, client) => measureSearch(client));
const figures = { ...door, ...search };
console.table(figures);
if (options.json) console.log(JSON.stringify(figures));

async function withStored<T>(
  rows: number,
  work: (daemon: Daemon, client: LanClient) => Promise<T>,
): Promise<T> {
  await using daemon = await openDaemon({
    config: { cameras: [{ id: "yard", url: rtsp.url("yard") }] },
  });
  (await openLanClient(daemon)).close();
  await daemon.stop();
  say(`Storing ${rows} events.`);
  storeEvents(daemon.dataDir, rows);
  await daemon.start();
  const client = await openLanClient(daemon);
  try {
    return await work(daemon, client);
  } finally {
    client.close();
  }
}

async function measureLists(daemon: Daemon, client: LanClient) {
  const hello = await startChild("hello.ts", []);
  const bareUrl = `http://127.0.0.1:${hello.first}/`;
  const url = `${daemon.url}/api/v1/events?limit=${PAGE}`;
  const headers = await client.headers();
  const asked = { connections: CONNECTIONS, seconds: toPositive("seconds") };
  say(`Lists, ${CONNECTIONS} connections.`);
  await load({ ...asked, seconds: 2, url, headers });
  const bare = await load({ ...asked, url: bareUrl, rate: RATE });
  const list = await load({ ...asked, url, headers, rate: RATE });
  const bareFlood = await load({ ...asked, url: bareUrl });
  const flood = await load({ ...asked, url, headers });
  hello.child.kill();
  const directMs = await measureDirect(daemon);
  return {
    list_p99_over_bare: round(list.p99Ms / Math.max(1, bare.p99Ms)),
    list_p50_ms: list.p50Ms,
    list_p99_ms: list.p99Ms,
    bare_p99_ms: bare.p99Ms,
    list_failures: list.failures + flood.failures,
    list_p99_ms_over_direct: round(list.p99Ms / directMs),
    flood_list_per_s: flood.requestsPerSecond,
    flood_bare_per_s: bareFlood.requestsPerSecond,
    flood_list_p99_over_bare: round(flood.p99Ms / Math.max(1, bareFlood.p99Ms)),
  };
}

/** The same rows straight from a copy of the database; the 99th percentile. */
async function measureDirect(daemon: Daemon): Promise<number> {
  const path = join(folder.path, "copy.db");
  const original = new Database(join(daemon.dataDir, "nightjar.db"), { readonly: true });
  await original.backup(path);
  original.close();
  await using db = await openDatabase({ path, log: createLog({ level: "silent" }) });
  const events = createEventStore(db);
  const durations = Array.from({ length: SEARCHES }, () => {
    const startedAt = performance.now();
    events.list({ limit: PAGE });
    return performance.now() - startedAt;
  });
  return toPercentile(durations, 0.99);
}

async function measureSearch(client: LanClient) {
  say("Filters and searches.");
  const durations: number[] = [];
  for (let n = 0; n < SEARCHES; n += 1) {
    const query = QUERIES[n % QUERIES.length];
    const startedAt = performance.now();
    await client.get(`/events?limit=${PAGE}&${query}`);
    if (n >= QUERIES.length) durations.push(performance.now() - startedAt);
  }
  return {
    search_p50_ms_at_1m: round(toPercentile(durations, 0.5)),
    search_p99_ms_at_1m: round(toPercentile(durations, 0.99)),
    search_rows: toPositive("search-rows"),
  };
}

async function measureFeed(daemon: Daemon, client: LanClient) {
  const [clients, seconds] = [toPositive("clients"), toPositive("feed-seconds")];
  say(`The feed, ${clients} clients for ${seconds} s.`);
  const rssBefore = await readRss(daemon.pid);
  const listeners = await startChild("listeners.ts", [
    `${daemon.url.replace("http", "ws")}/api/v1/ws`,
    String(clients),
  ]);
  for (let n = 0; n < clients; n += 1) {
    const ticket = await client.fetch("/ws/ticket", { method: "POST" });
    listeners.say(((await ticket.json()) as Json).ticket);
  }
  await listeners.next();
  const { items } = await client.get(`/events?limit=200`);
  const ids: string[] = items.map(({ id }: Json) => id);
  const sent = await deleteSteadily(client, ids, seconds);
  await pause(1_000);
  const rssAfter = await readRss(daemon.pid);
  listeners.say("");
  const sum = JSON.parse(await listeners.next()) as {
    received: number;
    p50Ms: number;
    p99Ms: number;
    closed: number;
  };
  listeners.child.kill();
  return {
    ws_clients: clients,
    ws_events_per_s: round(sent / seconds),
    ws_missing: sent * clients - sum.received,
    ws_closed: sum.closed,
    ws_p50_ms: sum.p50Ms,
    ws_p99_ms: sum.p99Ms,
    ws_rss_growth_mb: round((rssAfter - rssBefore) / 1024),
  };
}

/** Each deletion is one message to everyone. */
async function deleteSteadily(client: LanClient, ids: string[], seconds: number): Promise<number> {
  const startedAt = performance.now();
  let sent = 0;
  for (; sent < seconds * EVENTS_A_SECOND; sent += 1) {
    const dueAt = startedAt + (sent * 1000) / EVENTS_A_SECOND;
    await pause(Math.max(0, dueAt - performance.now()));
    if (ids.length === 0) {
      const { items } = await client.get("/events?limit=200");
      ids.push(...items.map(({ id }: Json) => id));
    }
    const answer = await client.fetch(`/events/${ids.shift()}`, { method: "DELETE" });
    if (answer.status !== 204) throw new Error(`A deletion was answered with ${answer.status}.`);
  }
  return sent;
}

/** Frames that motion should have seen until `lost` is asked, and did not. */
async function watchFrames(client: LanClient) {
  const read = async () => (await client.get("/cameras/yard")) as Json;
  for (let tries = 0; (await read()).state !== "online"; tries += 1) {
    if (tries > 40) throw new Error("The camera did not come online.");
    await pause(500);
  }
  await pause(3_000);
  const [before, startedAt] = [await read(), performance.now()];
  return {
    async lost(): Promise<number> {
      const [after, endedAt] = [await read(), performance.now()];
      const due = Math.floor(((endedAt - startedAt) / 1000) * FRAMES_A_SECOND) - FRAMES_A_SECOND;
      const dropped = after.frames_dropped - before.frames_dropped;
      return dropped + Math.max(0, due - (after.frames_seen - before.frames_seen));
    },
  };
}

async function startChild(name: string, args: readonly string[]) {
  const script = join(import.meta.dirname, "bench-api", name);
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  }) as ChildProcess & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream };
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => (await lines.next()).value ?? "";
  await once(child, "spawn");
  const first = name === "hello.ts" ? await next() : "";
  return { child, first, next, say: (line: string) => void child.stdin.write(`${line}\n`) };
}

async function readRss(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function toPositive(name: "rows" | "search-rows" | "seconds" | "clients" | "feed-seconds"): number {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is a whole number above 0, not ${options[name]}.`);
}

function say(sentence: string): void {
  console.error(`==> ${sentence}`);
}

/**
 * What strangers can do to someone who is signed in: the built daemon, asked in peace and then while
 * 500 connections say a letter a second, 1,000 sign-ins are tried from 50 addresses, 50 tabs refresh at
 * once, and a listener of the feed that never reads is flooded with news. Build before.
 *
 *     npm run storm -- [--seconds 10]
 *
 * The last line is JSON. Ends with 1 when the 95th percentile is more than 3 times the quiet one.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { Agent, type IncomingMessage, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";

import WebSocket from "ws";

import { createLog } from "../src/base/log.ts";
import { openDatabase } from "../src/store/database.ts";
import { createEventStore } from "../src/store/events.ts";
import { type Daemon, openDaemon } from "../test/support/daemon.ts";
import { createEvent } from "../test/support/front-door.ts";
import type { Json } from "../test/support/lan-client.ts";

const { values: options } = parseArgs({ options: { seconds: { type: "string", default: "10" } } });
const EVENTS = 1_000;
const QUIET_ASKS = 600;
const ASKED_EVERY_MS = 5;
/** As a yard full of cameras in a storm. */
const NEWS_EVERY_MS = 50;
const RATIO_MAX = 3;
const CALM_MS = 2_000;
const ACCOUNT = { username: "guard", password: "correct horse battery" };

await using daemon = await openDaemon({ config: { cameras: [] } });
await fill(daemon);
const { token, cookie } = await signIn(daemon.url);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const ask = (path: string, method = "GET"): Promise<number> => askOnce(path, method);

await measure(QUIET_ASKS / 4);
const before = await measure(QUIET_ASKS / 2);
const silent = await listenSilently();
const { done: stormed, child } = startStorm();
const flood = floodUntil(stormed);
const stormy: number[] = [];
while (child.exitCode === null) stormy.push(...(await measure(20)));
const answers = JSON.parse(await stormed);
const news = await flood;
silent.terminate();
// Peace is measured on both sides of the storm: the machine has other work, which comes and goes.
await pause(CALM_MS);
const quiet = [...before, ...(await measure(QUIET_ASKS / 2))];

const [quietMs, stormMs] = [toP95(quiet), toP95(stormy)];
const ratio = stormMs / quietMs;
console.log(
  JSON.stringify({
    ...{ quiet_p95_ms: round(quietMs), storm_p95_ms: round(stormMs), ratio: round(ratio) },
    ...{ asked: stormy.length, news_sent: news, ...answers },
  }),
);
process.exitCode = ratio <= RATIO_MAX ? 0 : 1;

/** One after the other, as someone who looks at the page does; answers how long each took. */
async function measure(asks: number): Promise<number[]> {
  const tookMs: number[] = [];
  for (let asked = 0; asked < asks; asked += 1) {
    tookMs.push(await ask("/api/v1/events?limit=20"));
    await pause(ASKED_EVERY_MS);
  }
  return tookMs;
}

async function askOnce(path: string, method: string): Promise<number> {
  const startedMs = performance.now();
  const answered = Promise.withResolvers<IncomingMessage>();
  const headers = { Authorization: `Bearer ${token}` };
  const asked = request(daemon.url + path, { agent, method, headers }, answered.resolve);
  asked.on("error", answered.reject);
  asked.end();
  const answer = await answered.promise;
  await text(answer);
  if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode}`);
  return performance.now() - startedMs;
}

function startStorm(): { done: Promise<string>; child: ChildProcess } {
  const stranger = join(import.meta.dirname, "storm/stranger.ts");
  const words = [stranger, daemon.url, cookie, options.seconds];
  const started = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  return { done: text(started.stdout), child: started };
}

/** Says hello and never reads again. */
async function listenSilently(): Promise<WebSocket> {
  const headers = { Authorization: `Bearer ${token}` };
  const init = { method: "POST", headers };
  const { ticket }: Json = await (await fetch(`${daemon.url}/api/v1/ws/ticket`, init)).json();
  const socket = new WebSocket(`${daemon.url.replace("http", "ws")}/api/v1/ws`);
  await new Promise((welcomed) => {
    socket.on("open", () => socket.send(JSON.stringify({ type: "hello", ticket })));
    socket.once("message", welcomed);
  });
  socket.pause();
  return socket;
}

/** Each event that is asked to be described again is news for every listener. */
async function floodUntil(stormed: Promise<unknown>): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  const list = await fetch(`${daemon.url}/api/v1/events?limit=100`, { headers });
  const { items }: Json = await list.json();
  let isOver = false;
  void stormed.then(() => {
    isOver = true;
  });
  let sent = 0;
  while (!isOver) {
    const { id } = items[sent % items.length];
    const path = `${daemon.url}/api/v1/events/${id}/analyze`;
    await (await fetch(path, { method: "POST", headers })).text();
    sent += 1;
    await pause(NEWS_EVERY_MS);
  }
  return sent;
}

async function fill({ dataDir, stop, start }: Daemon): Promise<void> {
  await stop();
  {
    const log = createLog({ level: "silent" });
    await using database = await openDatabase({ path: join(dataDir, "nightjar.db"), log });
    const events = createEventStore(database);
    for (let made = 0; made < EVENTS; made += 1) {
      const at = Date.UTC(2026, 0, 1) + made * 60_000;
      events.insert(createEvent({ startedAt: at, endedAt: at + 5_000, timestamp: at }), null);
    }
  }
  await start();
}

async function signIn(url: string): Promise<{ token: string; cookie: string }> {
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${url}/api/v1${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  await post("/setup", { setup_code: await daemon.setupCode(), ...ACCOUNT });
  const user = await post("/auth/login", ACCOUNT);
  const tab = await post("/auth/login", ACCOUNT);
  const { access_token: token }: Json = await user.json();
  return { token, cookie: tab.headers.get("Set-Cookie")?.split(";", 1)[0] ?? "" };
}

function toP95(tookMs: readonly number[]): number {
  const sorted = tookMs.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * The child whose calls are failed: a box that starts, sees a few motions, describes them, starts an
 * ffmpeg, loses an event to a person who deletes it, makes a backup and is stopped. Each line on stdin
 * is the folder of one such run; everything is loaded before the first `ready`. What it told, the
 * log's warnings and how it ended go to stdout, a line each.
 */
import { once } from "node:events";
import { writeSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import "better-sqlite3";
import "drizzle-orm/better-sqlite3";

import { ApplianceError, toSentence } from "../../src/base/errors.ts";
import { createLog } from "../../src/base/log.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createBackups } from "../../src/upkeep/backups.ts";
import { type Json, type LanClient, openLanClient } from "../../test/support/lan-client.ts";
import { createManualClock } from "../../test/support/manual-clock.ts";
import { openBox } from "../power-cut/box.ts";
import type { Said } from "../power-cut/said.ts";
import { createToldEvents } from "../power-cut/told-events.ts";
import type { Ending } from "./ending.ts";

const STEP_MS = 200;
const SCENE_SECONDS = 24;
const TRIES = 3;
const PATIENCE_STEPS = 400;
const clock = createManualClock();
const log = createLog({ level: "warn", destination: { write: (line) => tell(line.trimEnd()) } });

// It is there before any call is failed: it belongs to the camera and not to the box.
const doorstep = await openDoorstep();

tell("ready");

for await (const dataDir of createInterface({ input: process.stdin })) {
  try {
    tell({ ending: "stopped", ffmpegCame: await live(dataDir) });
  } catch (error) {
    // As main.ts: the process would end, and its manager start it again.
    const isExpected = error instanceof ApplianceError;
    tell({ ending: "failed", isExpected, sentence: toSentence(error) });
  }
}

/** Answers whether an ffmpeg was started. */
async function live(dataDir: string): Promise<boolean> {
  doorstep.forget();
  const realUrl = `rtsp://127.0.0.1:${doorstep.port}/none`;
  await using box = await openBox({ dataDir, clock, sceneSeconds: SCENE_SECONDS, log, realUrl });
  const stop = new AbortController();
  let isStopped = false;
  const running = box.run(stop.signal).finally(() => {
    isStopped = true;
  });
  // It is awaited below; until then a failure must not count as nobody's.
  running.catch(() => {});
  const url = `http://127.0.0.1:${box.address.port}`;
  const setupCode = () => readFile(join(dataDir, "setup-code"), "utf8");
  const client = await insist(() => openLanClient({ url, setupCode }));
  if (client) tell({ said: "admin", name: "installer" });
  await insist(() => client?.listen());
  const newEvents = createToldEvents(client?.messages ?? []);
  for (let step = 0; step < (SCENE_SECONDS * 1000) / STEP_MS && !isStopped; step += 1) {
    await walk();
    for (const { said } of newEvents()) tell(said);
  }
  if (client) await readAndRemove(client);
  await backUp(dataDir);
  for (let step = 0; step < PATIENCE_STEPS && !doorstep.ffmpegCame() && !isStopped; step += 1) {
    await walk();
    await pause(10);
  }
  client?.close();
  stop.abort();
  while (!isStopped) await walk();
  await running;
  return doorstep.ffmpegCame();
}

/** A camera that hangs up on whoever calls: the one who looks for it, and then ffmpeg. */
async function openDoorstep() {
  let calls = 0;
  const server = createServer((socket) => {
    calls += 1;
    socket.on("error", () => {});
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const forget = (): void => {
    calls = 0;
  };
  return { port, ffmpegCame: () => calls > 1, forget };
}

async function walk(): Promise<void> {
  await clock.advance(STEP_MS);
  // Pictures are compressed and written by threads that no clock of ours moves.
  await pause(1);
}

/** The feed is a hint and may break off; who reads the list has the truth. */
async function readAndRemove(client: LanClient): Promise<void> {
  const list: Json = await insist(() => client.get("/events"));
  for (const event of list?.items ?? []) {
    const hasEnded = event.ended_at !== null;
    tell({ said: "event", id: event.id, hasEnded, isDescribed: event.ai !== null });
  }
  const id = list?.items[0]?.id;
  if (id === undefined) return;
  tell({ said: "leaving", id });
  const answer = await insist(() => client.fetch(`/events/${id}`, { method: "DELETE" }));
  if (answer?.status === 204) tell({ said: "gone", id });
  else tell(`refused: ${answer ? await answer.text() : "no answer"}`);
}

async function backUp(dataDir: string): Promise<void> {
  const path = join(dataDir, "nightjar.db");
  await insist(async () => {
    await using db = await openDatabase({ path, log, isVisit: true });
    const options = { dataDir, keep: 1, configFile: null };
    const backups = createBackups(options, { clock, log, copyDatabase: db.copy });
    await backups.keepOne();
    const { madeAt } = backups.report();
    if (madeAt === null) return;
    const stamp = new Date(madeAt).toISOString().replaceAll(":", "-");
    tell({ said: "backup", file: `nightjar-${stamp}.backup` });
  });
}

/** As a person does whose page did not load. */
async function insist<T>(work: () => Promise<T> | undefined): Promise<T | null> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      return (await work()) ?? null;
    } catch (error) {
      tell(`refused: ${error instanceof Error ? error.message : error}`);
    }
  }
  return null;
}

function tell(what: Said | Ending | string): void {
  writeSync(1, `${typeof what === "string" ? what : JSON.stringify(what)}\n`);
}

/**
 * Kills the built daemon, again and again, while two cameras move and the model answers: at random
 * moments, and at named ones that can be seen from outside. Then lets it describe what is left and
 * looks at every row.
 */
import { setTimeout as pause } from "node:timers/promises";

import { type Daemon, isAlive, openDaemon } from "./daemon.ts";
import { type FakeOllama, openFakeOllama } from "./fake-ollama/server.ts";
import { makeFootage } from "./footage.ts";
import { examine, type KillReport, markDescriptions } from "./kill-report.ts";
import { type LanClient, openLanClient } from "./lan-client.ts";
import { createRandom } from "./random.ts";
import { openRtspServer } from "./rtsp-server.ts";
import { openTempFolder } from "./temp-folder.ts";

export interface DaemonKillReport extends KillReport {
  /** Processes that the daemon had started and that outlived it. */
  orphans: number;
}

/** What the feed tells, what the model is asked, and the daemon's own start and stop. */
const POINTS = [
  "event.started",
  "event.updated",
  "event.ended",
  "event.analyzed",
  "model asked",
  "just listening",
  "stopping",
] as const;
/** Half of the kills come at a named point. */
const NAMED_SHARE = 0.5;
const LIFE_MS = 6_000;
/** A life is ended after so long, should its point not come. */
const PATIENCE_MS = 15_000;
const STOPPING_MS = 300;
const CAMERAS = ["dock", "yard"];

export async function runDaemonKills(options: {
  count: number;
  seed: number;
  onKill?(kills: number): void;
}): Promise<DaemonKillReport> {
  const random = createRandom(options.seed);
  const killsAt: Record<string, number> = {};
  const told = new Set<string>();
  let orphans = 0;
  await using folder = await openTempFolder();
  const footage = await makeFootage({ folder: folder.path, seconds: 20 });
  await using rtsp = await openRtspServer({
    mounts: Object.fromEntries(CAMERAS.map((id) => [id, footage.file])),
  });
  await using ollama = await openFakeOllama({ secondsPerAnswer: 0.3 });
  await using daemon = await openDaemon({
    config: {
      cameras: CAMERAS.map((id) => ({ id, url: rtsp.url(id) })),
      ollama: { url: ollama.url },
    },
  });
  (await openLanClient(daemon)).close();
  await daemon.stop();
  await markDescriptions(daemon.dataDir);
  await daemon.start();

  for (let kill = 1; kill <= options.count; kill += 1) {
    const point = random() < NAMED_SHARE ? pick(random) : null;
    const client = await openLanClient(daemon);
    await client.listen();
    const hasCome = await live({ daemon, client, ollama, random }, point);
    const family = await daemon.processes();
    await daemon.kill();
    client.close();
    for (const id of toEventIds(client)) told.add(id);
    orphans += await countSurvivors(family);
    const where = hasCome && point ? point : "random";
    killsAt[where] = (killsAt[where] ?? 0) + 1;
    options.onKill?.(kill);
    await daemon.start();
  }
  // Nothing moves any more: what lasts ends, and all that waits gets its turn.
  await rtsp.stop();
  await untilDrained(await openLanClient(daemon));
  await daemon.stop();
  return { kills: options.count, killsAt, orphans, ...(await examine(daemon.dataDir, [...told])) };
}

interface Life {
  daemon: Daemon;
  client: LanClient;
  ollama: FakeOllama;
  random: () => number;
}

/** Until it is time to die; false when the named moment did not come. */
async function live(life: Life, point: (typeof POINTS)[number] | null): Promise<boolean> {
  const { daemon, client, ollama, random } = life;
  switch (point) {
    case null:
      await pause(random() * LIFE_MS);
      return false;
    case "just listening":
      return true;
    case "stopping":
      await pause(random() * LIFE_MS);
      process.kill(daemon.pid, "SIGTERM");
      await pause(random() * STOPPING_MS);
      return true;
    case "model asked": {
      const before = ollama.journal.asked().at(-1)?.id ?? 0;
      const isAsked = () => (ollama.journal.asked().at(-1)?.id ?? 0) > before;
      for (let waitedMs = 0; waitedMs < PATIENCE_MS && !isAsked(); waitedMs += 5) await pause(5);
      return isAsked();
    }
    default:
      return await client
        .until(({ type }) => type === point, point, PATIENCE_MS)
        .then(
          () => true,
          () => false,
        );
  }
}

function toEventIds({ messages }: LanClient): string[] {
  return messages
    .filter(({ type }) => type.startsWith("event."))
    .map(({ event }) => event.id as string);
}

/** How many of these processes still run 5 s after the daemon was killed. */
async function countSurvivors(family: readonly number[]): Promise<number> {
  let alive = family.length;
  for (let tries = 0; tries < 50 && alive > 0; tries += 1) {
    if (tries > 0) await pause(100);
    alive = (await Promise.all(family.map(isAlive))).filter(Boolean).length;
  }
  return alive;
}

/** Until no event lasts and none waits, or for two minutes: what is left then is stranded. */
async function untilDrained(client: LanClient): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    const { ledger } = await client.get("/status");
    const { items } = await client.get("/events?limit=50");
    const isOpen = items.some(({ ended_at }: { ended_at: string | null }) => ended_at === null);
    const waiting = ledger.reduce(
      (sum: number, line: { waiting: number }) => sum + line.waiting,
      0,
    );
    if (!isOpen && waiting === 0) break;
    await pause(500);
  }
  client.close();
}

function pick(random: () => number): (typeof POINTS)[number] {
  return POINTS[Math.floor(random() * POINTS.length)] ?? "stopping";
}

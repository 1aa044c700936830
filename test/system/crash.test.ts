import { setTimeout as pause } from "node:timers/promises";

import { expect, test } from "vitest";

import { type Daemon, isAlive, openDaemon } from "../support/daemon.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { makeFootage } from "../support/footage.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { createRandom, readSeed } from "../support/random.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const KILLS = 30;
const CAMERAS = ["dock", "yard"];

/**
 * The daemon is killed without warning at random moments while events flow from two cameras and the
 * model answers. What it had acknowledged (told over the feed or HTTP) must be there afterwards.
 */
test(`${KILLS} kill -9s at random moments lose no event and no job, and leave no ffmpeg behind`, async () => {
  const seed = readSeed();
  console.log(`seed ${seed}`);
  const random = createRandom(seed);
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

  const acknowledged = new Set<string>();
  const described = new Map<string, string>();
  const orphans: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    await watch(daemon, random() * 6000, acknowledged, described);
    const family = await daemon.processes();
    await daemon.kill();
    orphans.push(...(await findSurvivors(family)));
    await daemon.start();
  }
  expect(orphans).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(KILLS / 3);

  const client = await openLanClient(daemon);
  const events = await readAll(client, acknowledged);
  expect(events.filter((event) => event === null)).toEqual([]);
  await settle(client);
  // What still moves in front of the camera may wait for a better picture.
  const settled = ((await readAll(client, acknowledged)) as Json[]).filter(
    ({ ended_at }) => ended_at !== null,
  );
  const unfinished = settled.filter(
    ({ analysis_status }) => !/^(done|reused)$/.test(analysis_status),
  );
  expect(unfinished.map(({ id, analysis_reason }) => ({ id, analysis_reason }))).toEqual([]);
  for (const { id, ai } of settled) {
    // A description that was once told is the one that stands: nothing is described twice.
    if (described.has(id)) expect(ai.description).toBe(described.get(id));
  }
  expect(await findLedgerErrors(client)).toEqual([]);
  client.close();
}, 900_000);

/** Listens for a while, noting every event told. */
async function watch(
  daemon: Daemon,
  durationMs: number,
  acknowledged: Set<string>,
  described: Map<string, string>,
): Promise<void> {
  const client = await openLanClient(daemon);
  await client.listen();
  await pause(durationMs);
  for (const message of client.messages) {
    if (!message.type.startsWith("event.")) continue;
    acknowledged.add(message.event.id);
    if (message.type === "event.analyzed" && message.event.ai) {
      described.set(message.event.id, message.event.ai.description);
    }
  }
  client.close();
}

/** Which of these processes still run 5 s after the daemon was killed. */
async function findSurvivors(family: readonly number[]): Promise<number[]> {
  for (let tries = 0; tries < 50; tries += 1) {
    const alive = await Promise.all(family.map(isAlive));
    if (!alive.includes(true)) return [];
    await pause(100);
  }
  const alive = await Promise.all(family.map(isAlive));
  return family.filter((_, index) => alive[index]);
}

type Client = Awaited<ReturnType<typeof openLanClient>>;

function readAll(client: Client, ids: Iterable<string>): Promise<(Json | null)[]> {
  return Promise.all([...ids].map((id) => client.get(`/events/${id}`).catch(() => null)));
}

/** Waits until the desk has served every event that has ended. */
async function settle(client: Client): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    const { items } = await client.get("/events?limit=200");
    const open = items.filter(({ analysis_status: status }: Json) =>
      /pending|running/.test(status),
    );
    if (open.every((event: Json) => event.ended_at === null)) return;
    await pause(500);
  }
}

/** captured = described + reused + skipped + failed + waiting + disabled, per camera. */
async function findLedgerErrors(client: Client): Promise<Json[]> {
  const { ledger } = await client.get("/status");
  expect(ledger.length).toBe(CAMERAS.length);
  return ledger.filter(
    (row: Json) =>
      row.captured !==
      row.described + row.reused + row.skipped + row.failed + row.waiting + row.disabled,
  );
}

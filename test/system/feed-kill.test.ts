import { join } from "node:path";

import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { createChangeStore } from "../../src/store/changes.ts";
import { openDatabase } from "../../src/store/database.ts";
import { browserClock } from "../../src/web/clock.ts";
import { createFeedClient } from "../../src/web/feed-client.ts";
import { createReconnectPolicy } from "../../src/web/reconnect.ts";
import { type Daemon, openDaemon } from "../support/daemon.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { makeFootage } from "../support/footage.ts";
import { type LanClient, openLanClient } from "../support/lan-client.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const KILLS = 3;
const CAMERAS = ["dock", "yard"];
const CHANGES_A_LIFE = 6;

test(`whoever listens through ${KILLS} kill -9s hears every change that was stored, once and in order`, async () => {
  await using folder = await openTempFolder();
  const footage = await makeFootage({ folder: folder.path, seconds: 20 });
  await using rtsp = await openRtspServer({
    mounts: Object.fromEntries(CAMERAS.map((id) => [id, footage.file])),
  });
  await using ollama = await openFakeOllama({ secondsPerAnswer: 0.2 });
  await using daemon = await openDaemon({
    config: {
      cameras: CAMERAS.map((id) => ({ id, url: rtsp.url(id) })),
      ollama: { url: ollama.url },
    },
  });
  await using ear = listen(daemon, await openLanClient(daemon));

  for (let kill = 1; kill <= KILLS; kill += 1) {
    const before = ear.changes.length;
    await ear.until(() => ear.changes.length >= before + CHANGES_A_LIFE);
    await daemon.kill();
    await daemon.start();
  }
  await rtsp.stop();
  await daemon.stop();
  const stored = await readChanges(daemon, ear.first());
  await daemon.start();
  await ear.until(() => (ear.changes.at(-1) ?? 0) >= (stored.at(-1) ?? 0));

  expect(ear.changes.filter((seq) => seq <= (stored.at(-1) ?? 0))).toEqual(stored);
  expect(ear.changes.length).toBeGreaterThanOrEqual(KILLS * CHANGES_A_LIFE);
  expect(ear.resyncs).toBe(0);
}, 240_000);

/** The client that the page uses, in a program of its own. */
function listen(daemon: Daemon, client: LanClient) {
  const abort = new AbortController();
  const watchers = new Set<() => void>();
  const changes: number[] = [];
  const heard = { first: 0, resyncs: 0 };
  const feed = createFeedClient({
    url: `${daemon.url.replace("http", "ws")}/api/v1/ws`,
    async getTicket({ signal }) {
      const answer = await client.fetch("/ws/ticket", { method: "POST", signal });
      return ((await answer.json()) as { ticket: string }).ticket;
    },
    clock: browserClock,
    policy: createReconnectPolicy({ firstMs: 100, longestMs: 1000, random: Math.random }),
    onMessage({ type, seq }) {
      if (type === "welcome") heard.first ||= seq;
      if (type === "resync") heard.resyncs += 1;
      if (type.startsWith("event.")) changes.push(seq);
      for (const look of watchers) look();
    },
    onState() {},
  });
  const ended = feed.run(abort.signal);
  return {
    changes,
    first: () => heard.first,
    get resyncs() {
      return heard.resyncs;
    },
    until(isSo: () => boolean): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (isSo()) resolve();
      };
      watchers.add(look);
      look();
      return promise.finally(() => watchers.delete(look));
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      await ended;
    },
  };
}

/** The numbers of all changes after this one, from the stopped box's own table. */
async function readChanges({ dataDir }: Daemon, seq: number): Promise<number[]> {
  const log = createLog({ level: "silent" });
  await using db = await openDatabase({ path: join(dataDir, "nightjar.db"), log });
  return createChangeStore(db)
    .after(seq, 10_000)
    .filter(({ event, type }) => event !== null || type === "event.deleted")
    .map((change) => change.seq);
}

import { expect, test } from "vitest";

import { isAlive, openDaemon } from "../support/daemon.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { makeFootage } from "../support/footage.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { openMemoryLimit } from "../support/memory-limit.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

/** Beyond what the daemon has when it is held to it. */
const BYTES_MAX = 6 * 1024 * 1024;
const patient = { timeout: 60_000, interval: 200 };

test("D10: what was told is there after the memory ran out, and every event has its description or a job", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 10 });
  await using rtsp = await openRtspServer({ mounts: { dock: file } });
  await using ollama = await openFakeOllama({ secondsPerAnswer: 0.2 });
  await using limit = await openMemoryLimit(BYTES_MAX);
  const cameras = [{ id: "dock", url: rtsp.url("dock") }];
  await using daemon = await openDaemon({ config: { cameras, ollama: { url: ollama.url } } });
  const client = await openLanClient(daemon);
  await client.listen();
  await client.until(({ type }) => type === "event.started", "an event");

  const { pid } = daemon;
  await limit.hold(pid);
  while (await isAlive(pid)) await client.get("/events?limit=100").catch(() => {});
  await daemon.kill();
  await daemon.start();
  await rtsp.stop();

  const later = await openLanClient(daemon);
  const told = client.messages.filter(({ type }) => type.startsWith("event."));
  for (const { event } of told) expect(await later.get(`/events/${event.id}`)).toBeDefined();
  const isSettled = async (): Promise<boolean> => {
    const { ledger }: Json = await later.get("/status");
    return ledger.every(({ waiting }: Json) => waiting === 0);
  };
  await expect.poll(isSettled, patient).toBe(true);
  const { ledger }: Json = await later.get("/status");
  expect(ledger[0].captured).toBe(ledger[0].described + ledger[0].reused);
  client.close();
});

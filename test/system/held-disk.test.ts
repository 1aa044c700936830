import { expect, test } from "vitest";

import { openDaemon } from "../support/daemon.ts";
import { makeFootage } from "../support/footage.ts";
import { openHeldDisk } from "../support/held-disk.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const WRITES = "pwrite64,ftruncate,fallocate,fsync,fdatasync,rename,unlink,mkdir";
const WATCHDOG_MS = 30_000;

/** The built daemon with a camera that somebody passes every few seconds, and a listener. */
async function openWatchedYard() {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openTempFolder());
  const { file } = await makeFootage({ folder: folder.path, seconds: 20, movers: 4 });
  const rtsp = opened.use(await openRtspServer({ mounts: { yard: file } }));
  const daemon = opened.use(
    await openDaemon({ config: { cameras: [{ id: "yard", url: rtsp.url("yard") }] } }),
  );
  const client = await openLanClient(daemon);
  opened.defer(() => client.close());
  await client.listen();
  const resources = opened.move();
  const eventsOf = (type: string): Json[] =>
    client.messages.filter((message) => message.type === type).map(({ event }) => event);
  return {
    ...{ daemon, client, eventsOf },
    /** So many more that ended than up to now. */
    async untilEnded(more: number): Promise<void> {
      const before = eventsOf("event.ended").length;
      await expect
        .poll(() => eventsOf("event.ended").length, { timeout: 90_000, interval: 200 })
        .toBeGreaterThanOrEqual(before + more);
    },
    /** Killed and started again, the box has every event that it had told. */
    async expectNothingLost(): Promise<void> {
      const told = new Set(eventsOf("event.started").map(({ id }) => id));
      await daemon.kill();
      await daemon.start();
      const kept = new Set<string>();
      const next = await openLanClient(daemon);
      let path = "/events?limit=100";
      for (;;) {
        const page = await next.get(path);
        for (const { id } of page.items) kept.add(id);
        if (page.next_cursor === null) break;
        path = `/events?limit=100&cursor=${encodeURIComponent(page.next_cursor)}`;
      }
      next.close();
      expect([...told].filter((id) => !kept.has(id))).toEqual([]);
      expect(told.size).toBeGreaterThan(0);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

test("D9: where each sync takes a second the box is late, but connected, and loses nothing that it told", async () => {
  await using yard = await openWatchedYard();
  const { daemon, client } = yard;
  await yard.untilEnded(1);
  const [before] = (await client.get("/cameras")).items;
  const waitsMs: number[] = [];
  {
    await using _slow = await openHeldDisk(daemon.pid, "fsync,fdatasync:delay_enter=1s");
    const ended = yard.untilEnded(1);
    let isOver = false;
    void ended.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const askedAt = performance.now();
      await fetch(`${daemon.url}/healthz`);
      waitsMs.push(performance.now() - askedAt);
    }
    await ended;
  }
  const [after] = (await client.get("/cameras")).items;
  console.log({
    dropped: after.frames_dropped - before.frames_dropped,
    longestWaitMs: Math.round(Math.max(...waitsMs)),
  });
  expect(after).toMatchObject({ state: "online", connections: before.connections });
  expect(Math.max(...waitsMs)).toBeLessThan(WATCHDOG_MS / 2);
  await yard.expectNothingLost();
}, 240_000);

test("D9: where syncs fail no event is told that is not kept, and it goes on when they work again", async () => {
  await using yard = await openWatchedYard();
  const { daemon, client } = yard;
  await yard.untilEnded(1);
  {
    await using _failing = await openHeldDisk(daemon.pid, "fsync,fdatasync:error=EIO");
    const isSaid = () => daemon.lines.some((line) => line.includes("event not stored"));
    await expect.poll(isSaid, { timeout: 60_000 }).toBe(true);
    expect((await client.get("/status")).state).toBe("degraded");
  }
  await yard.untilEnded(1);
  await yard.expectNothingLost();
}, 240_000);

test("D3: a disk that turns read-only under the daemon: it reads on, lets people in, refuses changes, and mends", async () => {
  await using yard = await openWatchedYard();
  const { daemon, client } = yard;
  await yard.untilEnded(1);
  const [event] = (await client.get("/events")).items;
  const change = () =>
    client.fetch(`/events/${event.id}`, {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ seen: true }),
    });
  {
    await using _readOnly = await openHeldDisk(daemon.pid, `${WRITES}:error=EROFS`);
    const refused = await change();
    expect(refused.status).toBe(503);
    expect((await refused.json()) as Json).toMatchObject({
      type: "urn:problem:nightjar:storage-readonly",
    });
    expect((await client.get(`/events/${event.id}`)).id).toBe(event.id);
    expect((await client.fetch("/auth/me", { headers: await client.headers() })).status).toBe(200);
  }
  expect((await change()).status).toBe(200);
  await yard.untilEnded(1);
  await yard.expectNothingLost();
}, 240_000);

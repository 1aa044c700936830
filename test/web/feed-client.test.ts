import { once } from "node:events";
import type { AddressInfo } from "node:net";

import { expect, test } from "vitest";
import { type WebSocket as ServerSocket, WebSocketServer } from "ws";

import type { FeedMessage, Hello } from "../../src/api/contract.ts";
import { createFeedClient, type FeedState } from "../../src/web/feed-client.ts";
import { createReconnectPolicy } from "../../src/web/reconnect.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { toWireEvent } from "../support/wire-event.ts";

const sentAt = "2026-03-01T10:00:00.000Z";

interface Guest {
  socket: ServerSocket;
  hello: Hello;
}

/** A feed on the wire whose every move the test makes itself. */
async function openFeed() {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  const guests: Guest[] = [];
  const arrivals = createQueue<Guest>();
  server.on("connection", (socket) => {
    socket.once("message", (text) => {
      const guest = { socket, hello: JSON.parse(String(text)) as Hello };
      guests.push(guest);
      arrivals.put(guest);
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    nextGuest: arrivals.take,
    [Symbol.asyncDispose]: async () => {
      for (const { socket } of guests) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What was put, one at a time, to whoever waits for it. */
function createQueue<T>() {
  const kept: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  return {
    put(item: T) {
      const taker = waiting.shift();
      if (taker) taker(item);
      else kept.push(item);
    },
    take: () =>
      new Promise<T>((resolve) => {
        const item = kept.shift();
        if (item === undefined) waiting.push(resolve);
        else resolve(item);
      }),
  };
}

function startClient(url: string, getTicket: () => Promise<string> = async () => "a-ticket") {
  const clock = createManualClock();
  const messages = createQueue<FeedMessage>();
  const states = createQueue<FeedState>();
  const abort = new AbortController();
  const client = createFeedClient({
    url,
    getTicket,
    clock,
    policy: createReconnectPolicy({ firstMs: 500, longestMs: 8000, random: () => 1 }),
    onMessage: messages.put,
    onState: states.put,
  });
  const ended = client.run(abort.signal);
  return {
    client,
    clock,
    nextMessage: messages.take,
    nextState: states.take,
    [Symbol.asyncDispose]: async () => {
      abort.abort();
      await ended;
    },
  };
}

function send({ socket }: Guest, message: { type: string; seq: number; event?: unknown }): void {
  socket.send(JSON.stringify({ sent_at: sentAt, ...message }));
}

const startedEvent = (seq: number) => ({
  type: "event.started",
  seq,
  event: toWireEvent({ id: `event-${seq}` }),
});

test("it says hello with its ticket, without a number the first time, and hears the feed", async () => {
  await using feed = await openFeed();
  await using page = startClient(feed.url);
  const guest = await feed.nextGuest();
  expect(guest.hello).toEqual({ type: "hello", ticket: "a-ticket" });

  send(guest, { type: "welcome", seq: 40 });
  send(guest, startedEvent(41));
  expect(await page.nextState()).toEqual({ type: "connecting" });
  expect(await page.nextState()).toEqual({ type: "live", resumed: false });
  expect(await page.nextMessage()).toMatchObject({ type: "welcome" });
  expect(await page.nextMessage()).toMatchObject({ seq: 41, event: { id: "event-41" } });
});

test("after a drop it comes back with the last number and takes nothing twice", async () => {
  await using feed = await openFeed();
  await using page = startClient(feed.url);
  const first = await feed.nextGuest();
  send(first, { type: "welcome", seq: 40 });
  send(first, startedEvent(41));
  await page.nextMessage();
  await page.nextMessage();
  await page.nextState();
  await page.nextState();
  first.socket.close(1012);
  expect(await page.nextState()).toEqual({ type: "waiting", waitMs: 500 });
  await page.clock.advance(500);

  const second = await feed.nextGuest();
  expect(second.hello.since).toBe(41);
  // The welcome carries the newest number there is; what was missed follows and must not be dropped.
  send(second, { type: "welcome", seq: 43 });
  send(second, startedEvent(41));
  send(second, startedEvent(42));
  send(second, startedEvent(43));
  expect(await page.nextState()).toEqual({ type: "connecting" });
  expect(await page.nextState()).toEqual({ type: "live", resumed: true });
  expect(await page.nextMessage()).toMatchObject({ type: "welcome" });
  expect(await page.nextMessage()).toMatchObject({ seq: 42 });
  expect(await page.nextMessage()).toMatchObject({ seq: 43 });
});

test("how much moves carries the number of the last message, and is heard all the same", async () => {
  await using feed = await openFeed();
  await using page = startClient(feed.url);
  const guest = await feed.nextGuest();
  send(guest, { type: "welcome", seq: 40 });
  send(guest, { type: "motion.level", seq: 40 });
  send(guest, startedEvent(41));
  await page.nextMessage();
  expect(await page.nextMessage()).toMatchObject({ type: "motion.level" });
  expect(await page.nextMessage()).toMatchObject({ seq: 41 });
});

test("a resync starts the count anew, also downwards", async () => {
  await using feed = await openFeed();
  await using page = startClient(feed.url);
  const guest = await feed.nextGuest();
  send(guest, { type: "welcome", seq: 900 });
  send(guest, { type: "resync", seq: 5 });
  send(guest, startedEvent(6));
  await page.nextMessage();
  expect(await page.nextMessage()).toMatchObject({ type: "resync" });
  expect(await page.nextMessage()).toMatchObject({ seq: 6 });
});

test("while no ticket can be had it waits longer and longer, and never gives up", async () => {
  let tries = 0;
  const refuse = async () => {
    tries += 1;
    throw new Error("no");
  };
  await using page = startClient("ws://127.0.0.1:9", refuse);
  const waits: number[] = [];
  while (waits.length < 7) {
    const state = await page.nextState();
    if (state.type !== "waiting") continue;
    waits.push(state.waitMs);
    await page.clock.advance(state.waitMs);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  expect(tries).toBeGreaterThanOrEqual(7);
});

test("a server that stays silent after hello is given up", async () => {
  await using feed = await openFeed();
  await using page = startClient(feed.url);
  await feed.nextGuest();
  expect(await page.nextState()).toEqual({ type: "connecting" });
  await page.clock.advance(10_000);
  expect(await page.nextState()).toMatchObject({ type: "waiting" });
});

test("retrying now drops a silent connection and opens another at once", async () => {
  await using feed = await openFeed();
  await using page = startClient(feed.url);
  send(await feed.nextGuest(), { type: "welcome", seq: 1 });
  await page.nextMessage();
  page.client.retryNow();
  expect((await feed.nextGuest()).hello.since).toBe(1);
});

test("what is no message is passed over", async () => {
  await using feed = await openFeed();
  await using page = startClient(feed.url);
  const guest = await feed.nextGuest();
  for (const junk of ["", "{", "null", "[]", '"text"', '{"type":"welcome"}']) {
    guest.socket.send(junk);
  }
  guest.socket.send(Buffer.from([1, 2, 3]));
  send(guest, { type: "welcome", seq: 7 });
  expect(await page.nextMessage()).toMatchObject({ type: "welcome", seq: 7 });
});

import { once } from "node:events";
import { connect } from "node:net";

import fc from "fast-check";
import { expect, test } from "vitest";
import WebSocket from "ws";

import { hello } from "../../src/api/contract.ts";
import { toFeedNews } from "../../src/api/representation.ts";
import { openServer } from "../../src/api/server.ts";
import { createLog } from "../../src/base/log.ts";
import { createHub, type Numbered } from "../../src/feed/hub.ts";
import { openFeed } from "../../src/feed/socket.ts";
import { readCorpus } from "../support/corpus.ts";
import { createEvent, openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";
import { createScriptedOutbox } from "../support/scripted-outbox.ts";

async function openHouse() {
  const stack = new AsyncDisposableStack();
  const house = stack.use(await openFrontDoor());
  const { clock, sessions, callers, tickets, app } = house;
  const log = createLog({ level: "silent" });
  const { outbox, add } = createScriptedOutbox({ limit: 100 });
  const hub = createHub({
    ...{ clock, log, outbox },
    represent: (announcement) => toFeedNews(announcement, (id) => id),
  });
  const tell = (announcement: Numbered): void => {
    add(announcement);
    hub.tellChanges();
  };
  const feed = openFeed({
    ...{ clock, log, hub },
    redeemTicket: tickets.redeem,
    isSessionInForce: callers.isSessionInForce,
    camerasOf: callers.camerasOf,
    onSessionRevoked: sessions.onRevoked,
    parseHello: (message) => hello.safeParse(message).data ?? null,
    allowedOrigins: ["https://portal.example"],
  });
  const server = stack.use(await openServer({ app, feed, host: "127.0.0.1", port: 0, tls: null }));
  stack.use(feed);
  const user = house.addUser("anna", "admin");
  const { port } = server.address;

  const dial = (headers: Record<string, string> = {}, path = "/api/v1/ws") =>
    new Visitor(`ws://127.0.0.1:${port}${path}`, headers);
  return {
    ...{ ...house, user, tell, feed, server, port, dial },
    async visit() {
      const { sessionId } = sessions.open(user.id);
      const visitor = dial();
      await visitor.say({ type: "hello", ticket: tickets.issue(sessionId).ticket });
      await visitor.hear("welcome");
      return { sessionId, visitor };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

class Visitor {
  readonly socket: WebSocket;
  readonly heard: Json[] = [];
  readonly closed: Promise<number>;

  constructor(url: string, headers: Record<string, string>) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on("message", (data) => this.heard.push(JSON.parse(String(data))));
    this.closed = new Promise((resolve) => this.socket.on("close", resolve));
    this.socket.on("error", () => {});
  }

  async say(message: unknown): Promise<void> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, "open");
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async hear(type: string): Promise<Json> {
    for (;;) {
      const found = this.heard.find((message) => message.type === type);
      if (found) return found;
      await once(this.socket, "message");
    }
  }
}

async function refusalOf(visitor: Visitor): Promise<number | undefined> {
  const [, response] = await once(visitor.socket, "unexpected-response");
  return response.statusCode;
}

test("a visitor with a ticket is welcomed and hears what happens", async () => {
  await using house = await openHouse();
  const { visitor } = await house.visit();
  const event = { ...createEvent(), seen: false, important: false, ai: null };
  house.tell({ type: "event.started", event });
  expect(await visitor.hear("event.started")).toMatchObject({ seq: 1000, event: { id: event.id } });
});

test("a visitor who comes back is told what was missed, for the cameras asked for", async () => {
  await using house = await openHouse();
  for (const cameraId of ["dock-door", "yard"]) {
    house.tell({
      type: "event.started",
      event: { ...createEvent({ cameraId }), seen: false, important: false, ai: null },
    });
  }
  const { sessionId } = house.sessions.open(house.user.id);
  const { ticket } = house.tickets.issue(sessionId);
  const visitor = house.dial();
  await visitor.say({ type: "hello", ticket, since: 999, cameras: ["yard"] });
  expect(await visitor.hear("event.started")).toMatchObject({ seq: 1001 });
  expect(visitor.heard.map(({ type }) => type)).toEqual(["welcome", "event.started"]);
});

test.each([
  ["no JSON", "hello"],
  ["no ticket", { type: "hello" }],
  ["a made-up ticket", { type: "hello", ticket: "made-up" }],
  ["something else first", { type: "ping" }],
  ["an unknown field", { type: "hello", ticket: "made-up", admin: true }],
])("a hello with %s closes the socket with 4401", async (_, message) => {
  await using house = await openHouse();
  const visitor = house.dial();
  await visitor.say(message);
  expect(await visitor.closed).toBe(4401);
  expect(visitor.heard).toEqual([]);
});

test("a ticket works once, and not for a session that has ended", async () => {
  await using house = await openHouse();
  const { sessionId } = house.sessions.open(house.user.id);
  const { ticket } = house.tickets.issue(sessionId);
  const first = house.dial();
  await first.say({ type: "hello", ticket });
  await first.hear("welcome");
  const second = house.dial();
  await second.say({ type: "hello", ticket });
  expect(await second.closed).toBe(4401);

  const late = house.tickets.issue(sessionId).ticket;
  house.sessions.revoke(sessionId);
  const third = house.dial();
  await third.say({ type: "hello", ticket: late });
  expect(await third.closed).toBe(4401);
});

test("A9: a visitor who says nothing for five seconds is closed", async () => {
  await using house = await openHouse();
  const visitor = house.dial();
  await once(visitor.socket, "open");
  // Its own wait beside the feed's: the upgrade may reach the client before the server goes on.
  while (house.clock.sleepers < 2) await new Promise((resolve) => setImmediate(resolve));
  await house.clock.advance(5_000);
  expect(await visitor.closed).toBe(4401);
});

test("A9: the end of a session closes its sockets at once and no others", async () => {
  await using house = await openHouse();
  const first = await house.visit();
  const second = await house.visit();
  house.sessions.revoke(first.sessionId);
  expect(await first.visitor.closed).toBe(4401);
  expect(second.visitor.socket.readyState).toBe(WebSocket.OPEN);
});

test("an account that was disabled by another program is closed within seconds", async () => {
  await using house = await openHouse();
  const { visitor } = await house.visit();
  house.addUser("ben", "admin");
  house.users.change(house.user.id, { disabled: true });
  await house.clock.advance(5_000);
  expect(await visitor.closed).toBe(4401);
});

test("A9: a visitor who stops answering pings is gone after the next one", async () => {
  await using house = await openHouse();
  const { visitor } = await house.visit();
  const pinged = once(visitor.socket, "ping");
  await house.clock.advance(30_000);
  await pinged;
  await new Promise((resolve) => visitor.socket.ping("", true, resolve));
  await once(visitor.socket, "pong");
  expect(house.feed.sockets).toBe(1);

  visitor.socket.pause();
  await house.clock.advance(60_000);
  visitor.socket.resume();
  expect(await visitor.closed).toBe(1006);
});

test("A9: a visitor who reads too slowly is sent away with 1013", async () => {
  await using house = await openHouse();
  const { visitor } = await house.visit();
  visitor.socket.pause();
  const event = {
    ...createEvent({ motionSummary: "x".repeat(200_000) }),
    seen: false,
    important: false,
    ai: null,
  };
  for (let count = 0; count < 100; count += 1) house.tell({ type: "event.updated", event });
  visitor.socket.resume();
  expect(await visitor.closed).toBe(1013);
});

test.each([
  ["anything more than hello", "{}", 1008],
  ["anything in binary", Buffer.from([1, 2, 3]), 1003],
])("A9: a visitor who says %s is closed", async (_, said, code) => {
  await using house = await openHouse();
  const { visitor } = await house.visit();
  visitor.socket.send(said);
  expect(await visitor.closed).toBe(code);
});

test("A9: a message too large closes the socket with 1009", async () => {
  await using house = await openHouse();
  const visitor = house.dial();
  await visitor.say("x".repeat(65 * 1024));
  expect(await visitor.closed).toBe(1009);
});

test("A9: whatever is said first but a hello with a ticket closes that socket and no other", async () => {
  await using house = await openHouse();
  const { visitor } = await house.visit();
  const near = fc.record({
    type: fc.constantFrom("hello", "welcome"),
    ticket: fc.oneof(fc.string({ maxLength: 100 }), fc.jsonValue({ maxDepth: 2 })),
    since: fc.jsonValue({ maxDepth: 1 }),
  });
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    near.map((value) => JSON.stringify(value)),
  );
  const messages = [
    ...readCorpus("feed-messages").map((bytes) => bytes.toString("utf8")),
    ...fc.sample(text, { numRuns: 60, seed: 4711 }),
  ];
  for (const message of messages) {
    const stranger = house.dial();
    await stranger.say(message);
    expect(await stranger.closed).toBe(4401);
  }
  expect(visitor.socket.readyState).toBe(WebSocket.OPEN);
});

test("A9: the page of another site cannot connect, and only the feed's address can be upgraded", async () => {
  await using house = await openHouse();
  expect(await refusalOf(house.dial({ Origin: "https://evil.example" }))).toBe(403);
  expect(await refusalOf(house.dial({ Origin: "null" }))).toBe(403);
  expect(await refusalOf(house.dial({}, "/api/v1/ws?token=secret"))).toBe(404);
  expect(await refusalOf(house.dial({}, "/api/v1/events"))).toBe(404);

  for (const Origin of [`http://127.0.0.1:${house.port}`, "https://portal.example"]) {
    await once(house.dial({ Origin }).socket, "open");
  }
});

test("when the box stops, visitors are told so, and nothing is left open", async () => {
  const house = await openHouse();
  const { visitor } = await house.visit();
  const mute = house.dial();
  await once(mute.socket, "open");
  await house[Symbol.asyncDispose]();
  expect([await visitor.closed, await mute.closed]).toEqual([1001, 1001]);
  expect(house.clock.sleepers).toBe(0);
});

test("the port closes without waiting for the visitors, who are told so after it", async () => {
  await using house = await openHouse();
  const { visitor } = await house.visit();
  await house.server[Symbol.asyncDispose]();
  await expect(fetch(`http://127.0.0.1:${house.port}/healthz`)).rejects.toThrow();
  expect(visitor.socket.readyState).toBe(WebSocket.OPEN);
  await house.feed[Symbol.asyncDispose]();
  expect(await visitor.closed).toBe(1001);
});

test("a request over the socket's port is answered by the app, and a second server is refused", async () => {
  await using house = await openHouse();
  const answer = await fetch(`http://127.0.0.1:${house.port}/healthz`);
  expect(await answer.json()).toEqual({ state: "ok" });
  await expect(
    openServer({
      app: house.app,
      feed: house.feed,
      host: "127.0.0.1",
      port: house.port,
      tls: null,
    }),
  ).rejects.toMatchObject({ kind: "unavailable", message: expect.stringContaining("server.port") });
});

test("headers beyond all measure are refused before they are read", async () => {
  await using house = await openHouse();
  const socket = connect(house.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`GET /healthz HTTP/1.1\r\nHost: box\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`);
  const [data] = await once(socket, "data");
  expect(String(data)).toMatch(/^HTTP\/1.1 431/);
  socket.destroy();
});

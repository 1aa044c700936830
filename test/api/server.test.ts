import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";

import { expect, test } from "vitest";

import { openServer, type ServerLimits } from "../../src/api/server.ts";
import { asJson, openFrontDoor } from "../support/front-door.ts";

const LOGIN = "/api/v1/auth/login";
const PATIENT = { headersMs: 600_000, requestMs: 600_000, idleMs: 600_000 };

async function openHouse(limits: Partial<ServerLimits> = {}, isNear = (): boolean => true) {
  const stack = new AsyncDisposableStack();
  const house = stack.use(await openFrontDoor());
  house.addUser("anna", "admin");
  const feed = { handleUpgrade: (_: unknown, socket: { destroy(): void }) => socket.destroy() };
  const where = { host: "127.0.0.1", port: 0 };
  const { address } = stack.use(
    await openServer({ app: house.app, feed, ...where, isNear, limits, tls: null }),
  );
  const open = async (): Promise<Socket> => {
    const socket = connect({ host: address.host, port: address.port });
    stack.defer(() => void socket.destroy());
    socket.on("error", () => {});
    await once(socket, "connect");
    return socket;
  };
  return {
    house,
    url: `http://${address.host}:${address.port}`,
    open,
    /** Everything that is answered until the server closes. */
    async say(words: string): Promise<string> {
      const socket = await open();
      socket.write(words);
      return text(socket);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const head = (...lines: string[]): string => `${lines.join("\r\n")}\r\n`;

test.each([
  ["a header", head("GET /healthz HTTP/1.1", "Host: box", `X: ${"x".repeat(20_000)}`, ""), 431],
  ["an address", head(`GET /${"x".repeat(20_000)} HTTP/1.1`, "Host: box", ""), 431],
  [
    "a body that says so",
    head(
      `POST ${LOGIN} HTTP/1.1`,
      ...["Host: box", "Connection: close", "Content-Type: application/json"],
      ...["Content-Length: 70000", ""],
    ),
    413,
  ],
  [
    "a body that does not say so",
    head(
      `POST ${LOGIN} HTTP/1.1`,
      ...["Host: box", "Connection: close", "Content-Type: application/json"],
      ...["Transfer-Encoding: chunked", "", "11170", "x".repeat(70_000), "0", ""],
    ),
    413,
  ],
  ["nonsense", "\u0016\u0003\u0001 hello\r\n\r\n", 400],
])("A7: %s too large is refused before it is kept", async (_, words, status) => {
  await using server = await openHouse();
  expect(await server.say(words)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test("A7: JSON that is thousands deep, or has thousands of fields, is a bad request", async () => {
  await using server = await openHouse();
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`f${at}`, 1]));
  for (const body of ["[".repeat(30_000) + "]".repeat(30_000), JSON.stringify(many)]) {
    const answer = await fetch(server.url + LOGIN, { ...asJson({}), body });
    expect(answer.status).toBe(400);
  }
});

test("A8: 500 connections that say a letter at a time leave the others their answers", async () => {
  await using server = await openHouse(PATIENT);
  const slow = await Promise.all(Array.from({ length: 500 }, server.open));
  for (const socket of slow) socket.write("GET /healthz HTTP/1.1\r\nX-S");
  for (const socket of slow.slice(0, 100)) socket.write("low: 1");
  for (let asked = 0; asked < 20; asked += 1) {
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  }
  expect(slow.every(({ readyState }) => readyState === "open")).toBe(true);
});

test.each([
  ["headers that never end", { headersMs: 50 }, "GET /healthz HTTP/1.1\r\nHost: box\r\n", 408],
  [
    "a body that never comes",
    { headersMs: 50, requestMs: 50 },
    head(
      `POST ${LOGIN} HTTP/1.1`,
      ...["Host: box", "Content-Type: application/json", "Content-Length: 9", ""],
    ),
    408,
  ],
])("A8: %s are not waited for", async (_, limits, words, status) => {
  await using server = await openHouse({ ...PATIENT, ...limits });
  expect(await server.say(words)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test("A8: a connection without a word, or after its last one, is closed", async () => {
  await using server = await openHouse({ ...PATIENT, headersMs: 50, idleMs: 50, silentMs: 50 });
  // By whichever of the limits is due first; one of them says so.
  expect(await server.say("")).toMatch(/^(?:$|HTTP\/1\.1 408 )/);
  expect(await server.say("GET /healthz HTTP/1.1\r\nHost: box\r\n\r\n")).toContain("200 OK");
});

test("A8: one address may have so many connections, and more once it closes some", async () => {
  await using server = await openHouse({ ...PATIENT, connectionsEachMax: 3 }, () => false);
  const three = [await server.open(), await server.open(), await server.open()];
  const fourth = await server.open();
  await once(fourth.resume(), "close");
  expect(three.every(({ readyState }) => readyState === "open")).toBe(true);

  three[0]?.destroy();
  for (;;) {
    const answer = await fetch(`${server.url}/healthz`).catch(() => null);
    if (answer) break;
  }
});

test.each(["TRACE", "CONNECT", "PROPFIND"])("A10: the method %s is not taken", async (method) => {
  await using server = await openHouse();
  const words = head(`${method} ${LOGIN} HTTP/1.1`, "Host: box", "Connection: close", "");
  expect(await server.say(words)).not.toMatch(/^HTTP\/1.1 (?:2|3|5)/);
});

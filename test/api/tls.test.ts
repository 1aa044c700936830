import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { TLSSocket, connect as tlsConnect } from "node:tls";

import { expect, test } from "vitest";

import { openOwnCertificate } from "../../src/access/own-certificate.ts";
import { openServer } from "../../src/api/server.ts";
import { createLog } from "../../src/base/log.ts";
import { isExposed } from "../../src/config/exposure.ts";
import { parseConfig } from "../../src/config/load.ts";
import { asJson, openFrontDoor, PASSWORD } from "../support/front-door.ts";
import { createManualClock } from "../support/manual-clock.ts";

const log = createLog({ level: "silent" });

async function openHouse(isNear = (): boolean => true) {
  const stack = new AsyncDisposableStack();
  const house = stack.use(await openFrontDoor());
  house.addUser("anna", "admin");
  const names = { host: "localhost", all: ["localhost", "127.0.0.1"] };
  const { folder } = house;
  // Whoever checks a certificate asks the machine's own clock.
  const clock = createManualClock(Date.now());
  const source = await openOwnCertificate({ folder, clock, log, names: () => names });
  const upgraded: boolean[] = [];
  const feed = {
    handleUpgrade(_: unknown, socket: { destroy(): void }) {
      upgraded.push(socket instanceof TLSSocket);
      socket.destroy();
    },
  };
  const where = { host: "127.0.0.1", port: 0, limits: { headersMs: 300 } };
  const tls = { source, clock };
  const { address } = stack.use(await openServer({ app: house.app, feed, ...where, isNear, tls }));
  const { port } = address;
  return {
    house,
    port,
    upgraded,
    source,
    names,
    clock,
    async shake() {
      const ca = source.authority ?? "";
      const socket = tlsConnect({ port, host: "127.0.0.1", servername: "localhost", ca });
      await once(socket, "secureConnect");
      const serial = socket.getPeerX509Certificate()?.serialNumber;
      socket.destroy();
      return serial;
    },
    /** Over https, trusting nothing but the box's authority. */
    async ask(path: string) {
      const options = { port, host: "127.0.0.1", path, ca: source.authority ?? "", agent: false };
      const [answer] = (await once(get(options), "response")) as [IncomingMessage];
      return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test("one port speaks https, to those who trust the box's authority, and http", async () => {
  await using server = await openHouse();
  expect(await server.ask("/healthz")).toMatchObject({ status: 200 });
  const url = `http://127.0.0.1:${server.port}`;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const body = JSON.stringify({ username: "x".repeat(60_000), password: "p" });
  expect((await fetch(`${url}/api/v1/auth/login`, { ...asJson({}), body })).status).toBe(400);
});

test("a socket for the feed is taken over https, and over http from near alone", async () => {
  for (const isNear of [true, false]) {
    await using server = await openHouse(() => isNear);
    const words = "GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: a\r\n\r\n";
    const { port } = server;
    const plain = connect({ port, host: "127.0.0.1" });
    plain.end(words);
    expect(await text(plain)).toMatch(isNear ? /^$/ : /^HTTP\/1.1 403 /);
    const secure = tlsConnect({ port, host: "127.0.0.1", ca: server.source.authority ?? "" });
    secure.end(words);
    expect(await text(secure)).toBe("");
    expect(server.upgraded).toEqual(isNear ? [false, true] : [true]);
  }
});

test("a new certificate is shown from the next handshake on, without a restart", async () => {
  await using server = await openHouse();
  const first = await server.shake();
  expect(await server.shake()).toBe(first);
  server.names.all.push("10.0.0.5");
  await server.clock.advance(60_000);
  for (let shown = first; shown === first; shown = await server.shake());
});

test("A8: half a handshake, none, and nonsense for one are not waited for", async () => {
  await using server = await openHouse();
  for (const words of [Buffer.of(0x16, 3, 1), Buffer.alloc(0), Buffer.from("\x16hello\r\n\r\n")]) {
    const socket = connect({ port: server.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    socket.write(words);
    socket.resume();
    await once(socket, "close");
  }
  expect(await server.ask("/healthz")).toMatchObject({ status: 200 });
});

const far = (headers: IncomingMessage["headers"] = {}) => ({
  incoming: { headers, socket: { remoteAddress: "192.0.2.7" } } as IncomingMessage,
});
const secure = () => {
  const socket = new TLSSocket(connect({ port: 9, host: "127.0.0.1" }).on("error", () => {}));
  socket.on("error", () => {});
  return { incoming: { headers: {}, socket } as unknown as IncomingMessage };
};

test("a program from elsewhere is refused in the clear, a person is led to https", async () => {
  await using house = await openFrontDoor({ tls: { mode: "self-signed", authority: "PEM" } });
  const login = asJson({ username: "anna", password: PASSWORD });
  const refused = await house.app.request("/api/v1/auth/login", login, far());
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ type: "urn:problem:nightjar:https-required" });

  const visit = { headers: { Accept: "text/html", Host: "box.local:8000" } };
  const led = await house.app.request("/events/1", visit, far());
  expect([led.status, led.headers.get("Location")]).toEqual([
    307,
    "https://box.local:8000/events/1",
  ]);
  const strange = { headers: { Accept: "text/html", Host: "evil.example/@box" } };
  expect((await house.app.request("/", strange, far())).status).toBe(403);
  const near = { incoming: { headers: {}, socket: { remoteAddress: "127.0.0.1" } } };
  expect((await house.app.request("/healthz", {}, near)).status).toBe(200);
});

test("where a proxy is named, nobody else comes by plain http, and its word on https counts", async () => {
  await using house = await openFrontDoor({ trustedProxies: ["192.0.2.8"] });
  expect((await house.app.request("/healthz", {}, far())).status).toBe(403);
  const proxied = far({ "x-forwarded-proto": "https" });
  expect((await house.app.request("/healthz", {}, proxied)).status).toBe(403);
  Object.assign(proxied.incoming.socket, { remoteAddress: "192.0.2.8" });
  expect((await house.app.request("/healthz", {}, proxied)).status).toBe(200);
});

test("over https the cookie is one that no other host can plant", async () => {
  await using house = await openFrontDoor({ tls: { mode: "self-signed", authority: null } });
  house.addUser("anna", "admin");
  const login = asJson({ username: "anna", password: PASSWORD });
  const answer = await house.app.request("/api/v1/auth/login", login, secure());
  const cookie = answer.headers.get("Set-Cookie") ?? "";
  expect(cookie).toMatch(
    /^__Host-rt=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  const refresh = (Cookie: string) =>
    house.app.request(
      "/api/v1/auth/refresh",
      asJson({}, { Cookie, "Sec-Fetch-Site": "same-origin" }),
      secure(),
    );
  const value = cookie.split(";")[0] ?? "";
  expect((await refresh(value.replace("__Host-", ""))).status).toBe(401);
  expect((await refresh(value)).status).toBe(200);
});

test("https for ever is promised only with a certificate that somebody else vouches for", async () => {
  for (const [mode, isPromised] of [
    ["files", true],
    ["self-signed", false],
    ["off", false],
  ] as const) {
    await using house = await openFrontDoor({ tls: { mode, authority: null } });
    const answer = await house.app.request("/healthz", {}, secure());
    expect(answer.headers.has("Strict-Transport-Security")).toBe(isPromised);
    const plain = await house.app.request("/healthz");
    expect(plain.headers.has("Strict-Transport-Security")).toBe(false);
  }
});

test("the authority's certificate is there for anyone to trust, where there is one", async () => {
  await using house = await openFrontDoor({ tls: { mode: "self-signed", authority: "PEM" } });
  const answer = await house.app.request("/api/v1/tls/authority.crt");
  expect(await answer.text()).toBe("PEM");
  expect(answer.headers.get("Content-Type")).toBe("application/x-x509-ca-cert");
  await using other = await openFrontDoor();
  other.addUser("anna", "admin");
  expect((await other.app.request("/api/v1/tls/authority.crt")).status).toBe(404);
});

test.each([
  ["{}", false],
  ["{ tls: { mode: off } }", true],
  ["{ tls: { mode: off }, host: 127.0.0.1 }", false],
  ["{ tls: { mode: off }, host: '::1' }", false],
  ["{ tls: { mode: off }, trusted_proxies: [10.0.0.2] }", false],
])("with the server %s tokens in the clear: %s", (server, exposed) => {
  expect(isExposed(parseConfig(`server: ${server}`, {}).server)).toBe(exposed);
});

test("files without a key, and a mode that is none, are refused by their path", () => {
  const files = "server: { tls: { mode: files, certificate: /a.crt } }";
  expect(() => parseConfig(files, {})).toThrow(/server\.tls\.key/);
  expect(() => parseConfig("server: { tls: { mode: on } }", {})).toThrow(/server\.tls/);
});

import type { IncomingMessage } from "node:http";

import { expect, test } from "vitest";

import { createPeerReader } from "../../src/api/peer.ts";
import { parseConfig } from "../../src/config/load.ts";
import { asJson, openFrontDoor } from "../support/front-door.ts";

const PROXY = "192.168.1.2";

function createRequest(remoteAddress: string, headers: IncomingMessage["headers"] = {}) {
  return { headers, socket: { remoteAddress } } as IncomingMessage;
}

test("A13: what a stranger says of its address and of https means nothing", () => {
  const spoofed = { "x-forwarded-for": "10.0.0.9", "x-forwarded-proto": "https" };
  for (const trusted of [[], [PROXY], ["192.168.1.0/30"]]) {
    expect(createPeerReader(trusted)(createRequest("192.168.1.77", spoofed))).toEqual({
      address: "192.168.1.77",
      isSecure: false,
      isNear: false,
    });
  }
});

test.each([
  ["one hop", "10.0.0.9", "10.0.0.9"],
  ["what the caller made up stands left of it", "6.6.6.6, 10.0.0.9", "10.0.0.9"],
  ["another proxy of ours", "10.0.0.9, 192.168.1.3", "10.0.0.9"],
  ["something that is no address", "10.0.0.9, <script>", PROXY],
  ["nothing", "", PROXY],
  ["an IPv6 caller", "2001:db8::1", "2001:db8::1"],
])("A13: a trusted proxy is believed as far as it saw for itself: %s", (_, hops, address) => {
  const readPeer = createPeerReader([PROXY, "192.168.1.3/32"]);
  for (const direct of [PROXY, `::ffff:${PROXY}`]) {
    const peer = readPeer(createRequest(direct, { "x-forwarded-for": hops }));
    expect(peer.address.replace("::ffff:", "")).toBe(address);
  }
});

test("a trusted proxy says whether its caller came by https; the box's own programs are near", () => {
  const readPeer = createPeerReader([PROXY]);
  const by = (proto: string) => readPeer(createRequest(PROXY, { "x-forwarded-proto": proto }));
  expect(by("https").isSecure).toBe(true);
  expect(by("https, http").isSecure).toBe(false);
  expect(by("http")).toMatchObject({ isSecure: false, isNear: true });
  for (const address of ["127.0.0.1", "::1", "::ffff:127.0.0.2"]) {
    expect(readPeer(createRequest(address))).toMatchObject({ address, isNear: true });
  }
});

test("A13: guesses are counted by the caller behind the proxy, whatever address it claims", async () => {
  await using house = await openFrontDoor({ trustedProxies: [PROXY] });
  house.addUser("anna", "admin");
  const wrong = asJson({ username: "anna", password: "wrong horse battery" });
  const guess = (hops: string) => {
    const incoming = createRequest(PROXY, { "x-forwarded-for": hops });
    return house.app.request("/api/v1/auth/login", wrong, { incoming });
  };
  for (let guesses = 0; guesses < 5; guesses += 1) {
    expect((await guess(`10.9.9.${guesses}, 10.0.0.9`)).status).toBe(401);
  }
  expect((await guess("10.9.9.99, 10.0.0.9")).status).toBe(429);
  expect((await guess("10.0.0.10")).status).toBe(401);
});

test.each(["proxy.lan", "10.0.0.0/33", "10.0.0", "::1/129", "10.0.0.1/8/8"])(
  "the configuration refuses %s as a proxy",
  (range) => {
    expect(() => parseConfig(`server: { trusted_proxies: ["${range}"] }`, {})).toThrow(
      /server\.trusted_proxies\[0\]/,
    );
  },
);

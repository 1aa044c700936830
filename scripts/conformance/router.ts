/** What the router says for itself: paths, methods, hosts, origins. */
import assert from "node:assert/strict";
import { request } from "node:http";

import type { Check, Server } from "./check.ts";

async function expectStatus(response: Promise<Response>, status: number): Promise<Response> {
  const answered = await response;
  assert.equal(answered.status, status);
  return answered;
}

/** The built-in fetch does not let a caller choose the Host header. */
function askAs(server: Server, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const asked = request(`${server.url}/api/tags`, { headers: { Host: host } });
  asked.on("response", (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  asked.on("error", reject);
  asked.end();
  return promise;
}

export const router: readonly Check[] = [
  {
    name: "the root says that it is running, as text",
    async run({ get }) {
      const response = await expectStatus(get("/"), 200);
      assert.match(await response.text(), /ollama/i);
      assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
    },
  },
  {
    name: "HEAD / is 200 without a body",
    async run({ get }) {
      assert.equal(await (await expectStatus(get("/", { method: "HEAD" }), 200)).text(), "");
    },
  },
  {
    name: "the version is a text with numbers",
    async run({ version }) {
      assert.match(version, /^\d+\.\d+\.\d+/);
    },
  },
  {
    name: "answers are application/json in UTF-8",
    async run({ get }) {
      const response = await expectStatus(get("/api/version"), 200);
      assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
    },
  },
  ...["/api/version", "/api/tags"].map((path) => ({
    name: `HEAD ${path} is 200`,
    run: async ({ get }: Server) => void (await expectStatus(get(path, { method: "HEAD" }), 200)),
  })),
  {
    name: "an unknown path is 404 in plain text",
    async run({ get }) {
      const response = await expectStatus(get("/api/nothing"), 404);
      assert.equal(await response.text(), "404 page not found");
      assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
    },
  },
  ...(
    [
      ["GET", "/api/chat"],
      ["GET", "/api/generate"],
      ["POST", "/api/tags"],
      ["GET", "/api/delete"],
    ] as const
  ).map(([method, path]) => ({
    name: `${method} ${path} is 405`,
    run: async ({ get }: Server) => void (await expectStatus(get(path, { method }), 405)),
  })),
  {
    name: "a foreign Host is refused with 403",
    needs: "loopback",
    async run(server) {
      assert.equal(await askAs(server, "evil.example"), 403);
    },
  },
  {
    name: "a local Host is let in",
    needs: "loopback",
    async run(server) {
      assert.equal(await askAs(server, "localhost"), 200);
    },
  },
  {
    name: "a foreign Origin is refused with 403",
    run: async ({ get }) =>
      void (await expectStatus(
        get("/api/tags", { headers: { Origin: "http://evil.example" } }),
        403,
      )),
  },
  {
    name: "a local Origin is let in",
    run: async ({ get }) =>
      void (await expectStatus(get("/api/tags", { headers: { Origin: "http://localhost" } }), 200)),
  },
];

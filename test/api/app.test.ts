import { expect, test } from "vitest";

import { problem } from "../../src/api/contract.ts";
import { ApplianceError } from "../../src/base/errors.ts";
import { asJson, openFrontDoor } from "../support/front-door.ts";

const LOGIN = "/api/v1/auth/login";

async function openHouse(given: Parameters<typeof openFrontDoor>[0] = {}) {
  const house = await openFrontDoor(given);
  return { ...house, ...house.signedIn(house.addUser("anna", "admin")) };
}

test.each([
  ["JSON that is none", { ...asJson({}), body: "{" }, 400, "invalid"],
  ["a missing field", asJson({ username: "anna" }), 400, "invalid"],
  ["an unknown field", asJson({ username: "a", password: "b", admin: true }), 400, "invalid"],
  [
    "a body of another type",
    { method: "POST", body: "username=anna" },
    415,
    "unsupported-media-type",
  ],
  ["a body too large", asJson({ username: "x".repeat(70_000) }), 413, "too-large"],
  ["a method it does not know", { method: "DELETE" }, 405, "method-not-allowed"],
])("%s is answered with a problem", async (_, init, status, slug) => {
  await using house = await openHouse();
  const answer = await house.app.request(LOGIN, init);
  expect(answer.status).toBe(status);
  expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
  const body = problem.strict().parse(await answer.json());
  expect(body).toMatchObject({ status, type: `urn:problem:nightjar:${slug}` });
  expect(answer.headers.get("X-Request-Id")).toBe(body.request_id);
});

test("an address without anything is not found, one of another method says which it takes", async () => {
  await using house = await openHouse();
  expect((await house.app.request("/api/v1/nothing")).status).toBe(404);
  expect((await house.app.request("/api/v1/nothing", { method: "PUT" })).status).toBe(404);
  const get = await house.app.request(LOGIN);
  expect([get.status, get.headers.get("Allow")]).toEqual([405, "POST"]);
});

test.each([
  new Error("select * from users where secret = 1"),
  new ApplianceError("internal", "rtsp://anna:pass@10.0.0.1/ broke"),
  new ApplianceError("unavailable", "The database at /var/lib/nightjar/edge.db is damaged."),
  new ApplianceError("timed-out", "http://localhost:11434 did not answer."),
])("what broke inside stays inside: %s", async (error) => {
  const readQueue = () => {
    throw error;
  };
  await using house = await openHouse({ readQueue });
  const answer = await house.app.request("/api/v1/queue", { headers: house.headers });
  expect(answer.status).toBeGreaterThanOrEqual(500);
  expect(await answer.text()).not.toMatch(/select|rtsp|\/var|11434|at Object|\.ts/);
});

test("every answer tells browsers to keep to our own page", async () => {
  await using house = await openHouse();
  for (const path of ["/healthz", "/api/v1/nothing", "/", "/api/v1/auth/me"]) {
    const { headers } = await house.app.request(path);
    expect(headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    expect(headers.get("Content-Security-Policy")).toContain("img-src 'self' blob:");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
  }
});

test("A10: pages of other sites may call only when their site is listed", async () => {
  const init = { headers: { Origin: "https://portal.example" } };
  const allowed = "Access-Control-Allow-Origin";
  await using closed = await openHouse();
  const refused = await closed.app.request("/api/v1/auth/me", init);
  expect(refused.headers.get(allowed)).toBeNull();

  await using house = await openHouse({ allowedOrigins: ["https://portal.example"] });
  const answer = await house.app.request("/api/v1/auth/me", init);
  expect(answer.headers.get(allowed)).toBe("https://portal.example");
  const stranger = { headers: { Origin: "https://evil.example" } };
  const other = await house.app.request("/api/v1/auth/me", stranger);
  expect(other.headers.get(allowed)).toBeNull();
});

test("readiness follows the appliance, liveness does not", async () => {
  await using house = await openHouse({ isReady: () => false });
  expect((await house.app.request("/healthz")).status).toBe(200);
  expect((await house.app.request("/readyz")).status).toBe(503);
});

test("the page is served from its folder, and its index for every address of a person", async () => {
  await using house = await openHouse();
  const visit = { headers: { Accept: "text/html,*/*" } };
  const unbuilt = await house.app.request("/");
  expect(unbuilt.status).toBe(503);
  expect(await unbuilt.text()).toContain("npm run build");

  await house.writePage({ "index.html": "<title>page</title>", "assets/app-1a.js": "let x;" });
  const index = await house.app.request("/events/1", visit);
  expect(await index.text()).toBe("<title>page</title>");
  expect(index.headers.get("Content-Type")).toMatch(/^text\/html/);
  const script = await house.app.request("/assets/app-1a.js");
  expect(script.headers.get("Content-Type")).toMatch(/javascript/);
  expect(script.headers.get("Cache-Control")).toContain("immutable");
  expect((await house.app.request("/assets/gone.js", visit)).status).toBe(404);
  expect((await house.app.request("/api/v1/gone", visit)).status).toBe(404);
});

test.each([
  "/../setup-code",
  "/%2e%2e/setup-code",
  "/assets/..%2f..%2fsetup-code",
  "/assets/%2e%2e/%2e%2e/setup-code",
  "/..%5csetup-code",
  "/.hidden.txt",
])("the page's folder cannot be left by %s", async (path) => {
  await using house = await openHouse();
  await house.writePage({ ".hidden.txt": "hidden" });
  const answer = await house.app.request(`http://box${path}`);
  expect(answer.status).toBe(404);
});

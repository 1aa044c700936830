import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { asJson, openFrontDoor, PASSWORD } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

async function openHouse(given: Parameters<typeof openFrontDoor>[0] = {}) {
  const texts: string[] = [];
  const destination = { write: (text: string) => texts.push(text) };
  const log = createLog({ level: "debug", destination });
  const house = await openFrontDoor({ ...given, log });
  const read = (): Json[] => texts.map((text) => JSON.parse(text));
  return { ...house, texts, lines: read };
}

test("a request that changed or failed is one line: who, what, how it ended, how long it took", async () => {
  await using house = await openHouse();
  const anna = house.addUser("anna", "admin");
  const { headers } = house.signedIn(anna);
  const id = crypto.randomUUID();
  const answer = await house.app.request(`/api/v1/events/${id}`, { headers });
  await house.app.request("/api/v1/ws/ticket", { method: "POST", headers });
  await house.app.request("/api/v1/events", { headers });

  const line = { level: "info", msg: "request", caller: anna.id, ms: 0, address: "unknown" };
  expect(house.lines()).toMatchObject([
    {
      ...line,
      ...{ method: "GET", route: "/api/v1/events/:id", status: 404 },
      request_id: answer.headers.get("X-Request-Id"),
    },
    { ...line, method: "POST", route: "/api/v1/ws/ticket", status: 200 },
  ]);
});

test("a bug is one line with its stack, under the id that the caller was told", async () => {
  const readQueue = () => {
    throw new Error("mysql://box:hunter2hunter2@db/ is gone");
  };
  await using house = await openHouse({ readQueue });
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const answer = await house.app.request("/api/v1/queue", { headers });
  const { request_id }: Json = await answer.json();
  const [line, ...more] = house.lines();
  expect(more).toEqual([]);
  expect(line).toMatchObject({ level: "error", status: 500, request_id });
  expect(line.error.stack).toContain("request-log.test.ts");
  expect(house.texts.join()).not.toContain("hunter2");
});

test("A11: no password, token or made-up address reaches the journal", async () => {
  await using house = await openHouse();
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const secret = "planted-secret-4711";
  const login = { username: "anna\n{}", password: secret };
  await house.app.request("/api/v1/auth/login", asJson(login));
  await house.app.request("/api/v1/auth/login", asJson({ username: "anna", password: PASSWORD }));
  await house.app.request("/api/v1/auth/refresh", asJson({ refresh_token: secret }));
  await house.app.request(`/api/v1/${secret}?token=${secret}`, { headers });
  await house.app.request("/api/v1/cameras", { headers: { Authorization: `Bearer ${secret}` } });
  const text = house.texts.join("");
  expect(house.lines().length).toBeGreaterThanOrEqual(5);
  for (const told of [secret, PASSWORD, headers.Authorization.slice(7)]) {
    expect(text).not.toContain(told);
  }
});

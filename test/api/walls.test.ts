import { Hono } from "hono";
import { expect, test } from "vitest";
import type { ApiEnv } from "../../src/api/guard.ts";
import { createGuard, findAdmission, readAdmission } from "../../src/api/guard.ts";
import { toProblem } from "../../src/api/problems.ts";
import { openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

type House = Awaited<ReturnType<typeof openFrontDoor>>;

/** What a stranger may call; whoever adds a line here opens a door. */
const PUBLIC = [
  "GET *",
  "GET /healthz",
  "GET /readyz",
  "POST /api/v1/auth/login",
  "POST /api/v1/auth/logout",
  "POST /api/v1/auth/refresh",
  "POST /api/v1/setup",
];

function listRoutes({ app }: House) {
  const routes = app.routes.filter(({ method }) => method !== "ALL");
  const names = [...new Set(routes.map(({ method, path }) => `${method} ${path}`))];
  return names.map((name) => {
    const [method = "", path = ""] = name.split(" ");
    const own = routes.filter((route) => route.method === method && route.path === path);
    const admission = own.map(({ handler }) => readAdmission(handler)).find(Boolean) ?? null;
    return { name: name.replace(" /*", " *"), method, path, admission };
  });
}

function call({ app }: House, { method, path }: { method: string; path: string }, init = {}) {
  const address = path.replace(":id", path.includes("cameras") ? "dock-door" : crypto.randomUUID());
  return app.request(address, { method, ...init });
}

test("every route says who may call it, and strangers get through the named ones alone", async () => {
  await using house = await openFrontDoor();
  house.addUser("anna", "admin");
  const routes = listRoutes(house);
  expect(routes.filter(({ admission }) => admission === null)).toEqual([]);
  const open = routes.filter(({ admission }) => admission?.callers === "public");
  expect(open.map(({ name }) => name).toSorted()).toEqual(PUBLIC);

  for (const route of routes.filter(({ name }) => !PUBLIC.includes(name))) {
    for (const headers of [
      {},
      { Authorization: "Bearer a.b.c" },
      { Authorization: "Basic YTpi" },
    ]) {
      const answer = await call(house, route, { headers });
      expect([route.name, answer.status]).toEqual([route.name, 401]);
      expect(await answer.json()).toMatchObject({ type: "urn:problem:nightjar:unauthenticated" });
    }
  }
});

test("a closed session and a disabled account lose every door at once", async () => {
  await using house = await openFrontDoor();
  house.addUser("anna", "admin");
  const ben = house.addUser("ben", "viewer");
  const first = house.signedIn(ben);
  const second = house.signedIn(ben);
  const me = { method: "GET", path: "/api/v1/auth/me" };
  expect((await call(house, me, first)).status).toBe(200);

  house.sessions.revoke(first.sessionId);
  expect((await call(house, me, first)).status).toBe(401);
  expect((await call(house, me, second)).status).toBe(200);
  house.users.setDisabled(ben.id, true);
  expect((await call(house, me, second)).status).toBe(401);
});

test("before there is an admin nothing answers but set-up, health and the page", async () => {
  await using house = await openFrontDoor();
  for (const route of listRoutes(house)) {
    const answer = await call(house, route, { headers: { "X-Requested-With": "test" } });
    const { type }: Json = await answer.json().catch(() => ({ type: null }));
    const isClosed = answer.status === 503 && type === "urn:problem:nightjar:setup-required";
    expect([route.name, isClosed]).toEqual([route.name, !route.admission?.beforeSetup]);
  }
});

test("a route that forgot to say who may call it is refused, a viewer is no admin", async () => {
  await using house = await openFrontDoor();
  const forgetful = new Hono<ApiEnv>();
  forgetful.use(createGuard({ callers: house.callers, isSetupMissing: () => false }));
  forgetful.get("/forgotten", (c) => c.text("secret"));
  forgetful.onError((error) => Response.json(toProblem(error, "1").body));

  const answer = await forgetful.request("/forgotten", house.signedIn(house.addUser("a", "admin")));
  expect(await answer.json()).toMatchObject({ status: 403 });
  expect(findAdmission(forgetful.routes)).toBe("undeclared");
});

test("the OpenAPI document describes every route of the API and nothing else", async () => {
  await using house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "viewer"));
  house.addUser("ben", "admin");
  const document: Json = await (
    await house.app.request("/api/v1/openapi.json", { headers })
  ).json();

  const described = Object.entries<Record<string, object>>(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const declared = listRoutes(house)
    .map(({ name }) => name.replace(/:(\w+)/, "{$1}"))
    .filter((name) => name !== "GET *");
  expect(document.openapi).toBe("3.1.0");
  expect(described.toSorted()).toEqual(declared.toSorted());
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(["MotionEvent", "EventPage", "Camera", "Status", "Problem", "Grant"]),
  );
  expect(JSON.stringify(document.paths["/api/v1/events"])).toContain("min_significance");
});

import { Hono } from "hono";
import { expect, test } from "vitest";
import type { ApiEnv } from "../../src/api/guard.ts";
import { createGuard, findAdmission } from "../../src/api/guard.ts";
import { toProblem } from "../../src/api/problems.ts";
import { openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";
import { listRoutes, toAddress, walkRoutes } from "../support/route-walk.ts";

type House = Awaited<ReturnType<typeof openFrontDoor>>;

/** What a stranger may call; whoever adds a line here opens a door. */
const PUBLIC = [
  "GET *",
  "GET /api/v1/docs",
  "GET /api/v1/tls/authority.crt",
  "GET /healthz",
  "GET /readyz",
  "POST /api/v1/auth/login",
  "POST /api/v1/auth/logout",
  "POST /api/v1/auth/refresh",
  "POST /api/v1/setup",
];

function call({ app }: House, { method, path }: { method: string; path: string }, init = {}) {
  return app.request(toAddress(path), { method, ...init });
}

test("every route says who may call it, and strangers may call the named ones alone", async () => {
  await using house = await openFrontDoor();
  const routes = listRoutes(house);
  expect(routes.filter(({ admission }) => admission === null)).toEqual([]);
  const open = routes.filter(({ admission }) => admission?.callers === "public");
  expect(open.map(({ name }) => name).toSorted()).toEqual(PUBLIC);
});

test("every route answers everyone who could call it as it declares, and OpenAPI knows each", async () => {
  const { routes, declared, described, callers } = await walkRoutes();
  const surprises = routes.flatMap(({ name, answers }) =>
    Object.entries(answers)
      .filter(([, { isAsDeclared }]) => !isAsDeclared)
      .map(([caller, { status }]) => `${name} by ${caller}: ${status}`),
  );
  expect(surprises).toEqual([]);
  expect(callers.length).toBeGreaterThan(10);
  expect(described.toSorted()).toEqual(declared.toSorted());
});

test("A4: a closed session and a disabled account lose every door at once", async () => {
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
  house.users.change(ben.id, { disabled: true });
  expect((await call(house, me, second)).status).toBe(401);
});

test("A12: before there is an admin nothing answers but set-up, health and the page", async () => {
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

test("the OpenAPI document names its schemas and its parameters", async () => {
  await using house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "viewer"));
  house.addUser("ben", "admin");
  const document: Json = await (
    await house.app.request("/api/v1/openapi.json", { headers })
  ).json();

  expect(document.openapi).toBe("3.1.0");
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(["MotionEvent", "EventPage", "Camera", "Status", "Problem", "Grant"]),
  );
  expect(JSON.stringify(document.paths["/api/v1/events"])).toContain("min_significance");
});

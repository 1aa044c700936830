import { stat } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { grant, user } from "../../src/api/contract.ts";
import { asJson, openFrontDoor, PASSWORD } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

const OURS = { "X-Requested-With": "nightjar" };

type House = Awaited<ReturnType<typeof openFrontDoor>>;

async function login(house: House, username = "anna") {
  const answer = await post(house, "login", { username, password: PASSWORD });
  const cookie = answer.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  return { answer, cookie, granted: grant.parse(await answer.json()) };
}

async function post(house: House, path: string, body: unknown, headers = {}): Promise<Response> {
  return house.app.request(`/api/v1/auth/${path}`, asJson(body, headers));
}

test("A12: the setup code makes the first admin, once, and is gone", async () => {
  await using house = await openFrontDoor();
  const account = { username: "anna", password: PASSWORD };
  const setUp = (setup_code: string) =>
    house.app.request("/api/v1/setup", asJson({ setup_code, ...account }));
  const code = house.setupCode.text ?? "";

  expect((await setUp("00000-00000-00000")).status).toBe(403);
  const both = await Promise.all([setUp(code), setUp(code)]);
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  const made = both.find(({ status }) => status === 201);
  expect(user.parse(await made?.json())).toMatchObject({ username: "anna", role: "admin" });
  await expect(stat(join(house.folder, "setup-code"))).rejects.toMatchObject({ code: "ENOENT" });
  expect((await login(house)).answer.status).toBe(200);
});

test("a weak password or a strange name does not use up the setup code", async () => {
  await using house = await openFrontDoor();
  const setup_code = house.setupCode.text ?? "";
  const setUp = (username: string, password: string) =>
    house.app.request("/api/v1/setup", asJson({ setup_code, username, password }));
  expect((await setUp("anna", "too short")).status).toBe(400);
  expect((await setUp("<b>anna</b>", PASSWORD)).status).toBe(400);
  expect((await setUp("anna", PASSWORD)).status).toBe(201);
});

test("a sign-in grants a token that opens doors, and a cookie that scripts cannot read", async () => {
  await using house = await openFrontDoor();
  const { id } = house.addUser("Anna", "admin");
  const { answer, granted } = await login(house);

  expect(granted).toMatchObject({ token_type: "bearer", expires_in: 600 });
  expect(answer.headers.get("Set-Cookie")).toMatch(
    /^rt=[^;]+; Max-Age=\d+; Path=\/api\/v1\/auth; HttpOnly; SameSite=Strict$/,
  );
  expect(answer.headers.get("Cache-Control")).toBe("no-store");
  const headers = { Authorization: `Bearer ${granted.access_token}` };
  const me = await (await house.app.request("/api/v1/auth/me", { headers })).json();
  expect(user.strict().parse(me)).toMatchObject({ id, username: "Anna", role: "admin" });
});

test("a wrong name, a wrong password and a disabled account sound the same", async () => {
  await using house = await openFrontDoor();
  house.addUser("anna", "admin");
  house.users.change(house.addUser("ben", "viewer").id, { disabled: true });
  const answers = await Promise.all(
    [
      { username: "nobody", password: PASSWORD },
      { username: "anna", password: "wrong horse battery" },
      { username: "ben", password: PASSWORD },
    ].map(async (body) => {
      const answer = await post(house, "login", body);
      const { request_id: _, ...problem } = (await answer.json()) as Json;
      return { status: answer.status, problem };
    }),
  );
  expect(answers[0]?.status).toBe(401);
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
});

test("A1: the sixth guess within a minute is refused, with the time to wait", async () => {
  await using house = await openFrontDoor();
  house.addUser("anna", "admin");
  const guess = () => post(house, "login", { username: "anna", password: "wrong horse battery" });
  for (let guesses = 0; guesses < 5; guesses += 1) expect((await guess()).status).toBe(401);
  const refused = await guess();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0);
});

test("a refresh by body spends the token; spending it again ends the session", async () => {
  await using house = await openFrontDoor();
  house.addUser("anna", "admin");
  const { granted } = await login(house);
  const spend = async (refresh_token: string | null) => post(house, "refresh", { refresh_token });

  const next = grant.parse(await (await spend(granted.refresh_token)).json());
  expect((await spend(granted.refresh_token)).status).toBe(401);
  expect((await spend(next.refresh_token)).status).toBe(401);
  const headers = { Authorization: `Bearer ${next.access_token}` };
  expect((await house.app.request("/api/v1/auth/me", { headers })).status).toBe(401);
});

test("A10: a cookie refreshes for our own page alone, and never shows the token to scripts", async () => {
  await using house = await openFrontDoor();
  house.addUser("anna", "admin");
  const { cookie } = await login(house);
  const refresh = (headers: object) => post(house, "refresh", {}, { Cookie: cookie, ...headers });

  expect((await refresh({})).status).toBe(403);
  expect((await refresh({ "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
  const answer = await refresh({ "Sec-Fetch-Site": "same-origin" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("Set-Cookie")).not.toContain(cookie);
  expect(await answer.json()).toMatchObject({ refresh_token: null });
  expect((await post(house, "refresh", {}, OURS)).status).toBe(401);
});

test("signing out ends the session, by cookie as by token", async () => {
  await using house = await openFrontDoor();
  house.addUser("anna", "admin");
  for (const by of ["cookie", "token", "body"]) {
    const { cookie, granted } = await login(house);
    const Authorization = `Bearer ${granted.access_token}`;
    const headers = { cookie: { Cookie: cookie, ...OURS }, token: { Authorization }, body: {} }[by];
    const body = by === "body" ? { refresh_token: granted.refresh_token } : {};

    const answer = await post(house, "logout", body, headers);
    expect([by, answer.status]).toEqual([by, 204]);
    expect(answer.headers.get("Set-Cookie")).toContain("Max-Age=0");
    const me = await house.app.request("/api/v1/auth/me", { headers: { Authorization } });
    expect(me.status).toBe(401);
  }
  expect((await post(house, "logout", {})).status).toBe(401);
});

import { expect, test } from "vitest";

import { apiToken, apiTokenPage, madeApiToken } from "../../src/api/token-contract.ts";
import { asJson, openFrontDoor } from "../support/front-door.ts";

async function openHouse() {
  const house = await openFrontDoor();
  const admin = house.addUser("anna", "admin");
  const viewer = house.addUser("ben", "viewer");
  const asAdmin = house.signedIn(admin).headers;
  const asViewer = house.signedIn(viewer).headers;
  const ask = (headers: Record<string, string>, path: string, method = "GET", body?: object) =>
    house.app.request(`/api/v1${path}`, {
      ...(body ? asJson(body, headers) : { headers }),
      method,
    });
  const make = async (headers: Record<string, string>, request: object = {}) => {
    const token = { name: "nightly export", scope: "read", ...request };
    const made = madeApiToken
      .strict()
      .parse(await (await ask(headers, "/tokens", "POST", token)).json());
    return { ...made, headers: { Authorization: `Bearer ${made.token}` } };
  };
  return { ...house, admin, viewer, asAdmin, asViewer, ask, make };
}

test("a token is shown once, kept as a hash alone, and says when it was last used", async () => {
  await using house = await openHouse();
  const script = await house.make(house.asViewer);
  expect(script.token).toMatch(/^njt_[\w-]{43}$/);
  expect((await house.ask(script.headers, "/events")).status).toBe(200);

  const listed = await (await house.ask(house.asViewer, "/tokens")).json();
  const { items } = apiTokenPage.parse(listed);
  expect(apiToken.strict().parse(items[0])).toMatchObject({ name: "nightly export" });
  expect(items[0]?.last_used_at).not.toBeNull();
  const { hash } = house.apiTokens.find(script.id) ?? {};
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(listed)).not.toMatch(new RegExp(`njt_|${hash}`));
});

test("a token may no more than it was made for, and never more than its owner", async () => {
  await using house = await openHouse();
  const reader = await house.make(house.asAdmin);
  const operator = await house.make(house.asAdmin, { scope: "operate" });
  const master = await house.make(house.asAdmin, { scope: "admin" });
  const status = async (
    { headers }: { headers: Record<string, string> },
    path: string,
    method = "GET",
  ) => (await house.ask(headers, path, method, method === "GET" ? undefined : {})).status;

  const analyze = "/events/019b76da-a800-7000-8000-000000000000/analyze";
  expect(await status(reader, analyze, "POST")).toBe(403);
  expect(await status(operator, analyze, "POST")).toBe(404);
  expect(await status(operator, "/users")).toBe(403);
  expect(await status(master, "/users")).toBe(200);
  const personal = ["/tokens", "/sessions"];
  for (const path of personal) expect(await status(master, path)).toBe(403);
  expect(await status(master, "/auth/logout", "POST")).toBe(403);

  const more = { name: "more", scope: "admin" };
  expect((await house.ask(house.asViewer, "/tokens", "POST", more)).status).toBe(403);
  house.addUser("cleo", "admin");
  house.users.change(house.admin.id, { role: "viewer" });
  expect(await status(master, "/users")).toBe(403);
});

test("a token ends when it is revoked, expires, or its owner is disabled or removed", async () => {
  await using house = await openHouse();
  const expires_at = new Date(house.clock.now() + 60_000).toISOString();
  const short = await house.make(house.asViewer, { expires_at });
  const long = await house.make(house.asViewer);
  const revoked = await house.make(house.asViewer);
  const status = async ({ headers }: typeof short) => (await house.ask(headers, "/events")).status;

  expect(await status(short)).toBe(200);
  await house.clock.advance(60_000);
  expect(await status(short)).toBe(401);
  expect((await house.ask(house.asAdmin, `/tokens/${revoked.id}`, "DELETE")).status).toBe(204);
  expect(await status(revoked)).toBe(401);

  expect(await status(long)).toBe(200);
  house.users.change(house.viewer.id, { disabled: true });
  expect(await status(long)).toBe(401);
  house.users.change(house.viewer.id, { disabled: false });
  expect(await status(long)).toBe(200);
  house.users.remove(house.viewer.id);
  expect(await status(long)).toBe(401);
});

test("nobody sees or revokes the tokens of others, but an admin; a past end is refused", async () => {
  await using house = await openHouse();
  const script = await house.make(house.asAdmin);
  const { asViewer, asAdmin, admin, viewer } = house;
  expect((await house.ask(asViewer, `/tokens?user_id=${admin.id}`)).status).toBe(403);
  expect((await house.ask(asAdmin, `/tokens?user_id=${viewer.id}`)).status).toBe(200);
  expect((await house.ask(asViewer, `/tokens/${script.id}`, "DELETE")).status).toBe(404);
  const past = { name: "late", scope: "read", expires_at: "2001-01-01T00:00:00Z" };
  expect((await house.ask(asViewer, "/tokens", "POST", past)).status).toBe(400);
});

test("A3: an API token is no refresh token, and a refresh token no API token", async () => {
  await using house = await openHouse();
  const script = await house.make(house.asAdmin, { scope: "admin" });
  const body = { refresh_token: script.token };
  expect((await house.ask({}, "/auth/refresh", "POST", body)).status).toBe(401);
  const { refreshToken } = house.sessions.open(house.admin.id);
  const asIf = { Authorization: `Bearer njt_${refreshToken}` };
  expect((await house.ask(asIf, "/events")).status).toBe(401);
});

import { expect, test } from "vitest";

import { sessionPage, userPage } from "../../src/api/account-contract.ts";
import { user } from "../../src/api/contract.ts";
import { asJson, openFrontDoor, PASSWORD } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

const NEW_PASSWORD = "another battery staple";

async function openHouse() {
  const house = await openFrontDoor();
  const admin = house.addUser("anna", "admin");
  const viewer = house.addUser("ben", "viewer");
  const asAdmin = house.signedIn(admin);
  const asViewer = house.signedIn(viewer);
  const ask = (headers: Record<string, string>, path: string, method = "GET", body?: object) =>
    house.app.request(`/api/v1${path}`, {
      ...(body ? asJson(body, headers) : { headers }),
      method,
    });
  const signIn = (username: string, password: string) =>
    house.app.request("/api/v1/auth/login", asJson({ username, password }));
  return { ...house, admin, viewer, asAdmin, asViewer, ask, signIn };
}

test("an admin makes an account, which can sign in and is listed, and never its hash", async () => {
  await using house = await openHouse();
  const account = { username: "Cleo", password: PASSWORD, role: "viewer", camera_ids: ["yard"] };
  const made = await house.ask(house.asAdmin.headers, "/users", "POST", account);
  expect(made.status).toBe(201);
  expect(user.strict().parse(await made.json())).toMatchObject({ camera_ids: ["yard"] });
  expect((await house.signIn("cleo", PASSWORD)).status).toBe(200);

  const listed = await house.ask(house.asAdmin.headers, "/users");
  const { items } = userPage.strict().parse(await listed.json());
  expect(items.map(({ username }) => username)).toEqual(["anna", "ben", "Cleo"]);

  const again = await house.ask(house.asAdmin.headers, "/users", "POST", account);
  expect(again.status).toBe(409);
  const weak = { ...account, username: "dora", password: "short" };
  expect((await house.ask(house.asAdmin.headers, "/users", "POST", weak)).status).toBe(400);
});

test.each([
  { disabled: true },
  { role: "admin" },
  { camera_ids: ["yard"] },
  { password: NEW_PASSWORD },
])("a change of %j ends the sessions at once, also for those who listen", async (changes) => {
  await using house = await openHouse();
  const revoked: string[] = [];
  house.sessions.onRevoked((id) => revoked.push(id));
  expect((await house.ask(house.asViewer.headers, "/events")).status).toBe(200);

  const path = `/users/${house.viewer.id}`;
  const changed = await house.ask(house.asAdmin.headers, path, "PATCH", changes);
  expect(changed.status).toBe(200);
  expect((await house.ask(house.asViewer.headers, "/events")).status).toBe(401);
  expect(revoked).toEqual([house.asViewer.sessionId]);
  const password = "password" in changes ? NEW_PASSWORD : PASSWORD;
  const status = "disabled" in changes ? 401 : 200;
  expect((await house.signIn("ben", password)).status).toBe(status);
});

test("an account that is removed is gone with its sessions; the last admin stays", async () => {
  await using house = await openHouse();
  const revoked: string[] = [];
  house.sessions.onRevoked((id) => revoked.push(id));
  const remove = (id: string) => house.ask(house.asAdmin.headers, `/users/${id}`, "DELETE");
  expect((await remove(house.viewer.id)).status).toBe(204);
  expect(revoked).toEqual([house.asViewer.sessionId]);
  expect((await house.signIn("ben", PASSWORD)).status).toBe(401);
  expect((await remove(house.viewer.id)).status).toBe(404);

  const last = await remove(house.admin.id);
  expect(last.status).toBe(409);
  expect(((await last.json()) as Json).detail).toContain("last admin");
  const demoted = { role: "viewer" };
  const path = `/users/${house.admin.id}`;
  expect((await house.ask(house.asAdmin.headers, path, "PATCH", demoted)).status).toBe(409);
  expect((await house.ask(house.asAdmin.headers, "/events")).status).toBe(200);
});

test("who changes their own password stays signed in here, and nowhere else", async () => {
  await using house = await openHouse();
  const elsewhere = house.signedIn(house.viewer);
  const change = (current: string) => {
    const body = { current_password: current, new_password: NEW_PASSWORD };
    return house.ask(house.asViewer.headers, "/auth/password", "POST", body);
  };
  expect((await change("a wrong password")).status).toBe(403);
  expect((await change(PASSWORD)).status).toBe(204);
  expect((await house.ask(house.asViewer.headers, "/auth/me")).status).toBe(200);
  expect((await house.ask(elsewhere.headers, "/auth/me")).status).toBe(401);
  expect((await house.signIn("ben", NEW_PASSWORD)).status).toBe(200);
});

test("everyone sees and ends their own sessions, an admin those of others", async () => {
  await using house = await openHouse();
  const other = house.signedIn(house.viewer);
  const list = async (headers: Record<string, string>, query = "") => {
    const answer = await house.ask(headers, `/sessions${query}`);
    return sessionPage.strict().parse(await answer.json()).items;
  };
  const own = await list(house.asViewer.headers);
  expect(own.map(({ id, is_current }) => [id, is_current]).toSorted()).toEqual(
    [
      [other.sessionId, false],
      [house.asViewer.sessionId, true],
    ].toSorted(),
  );
  const foreign = `?user_id=${house.admin.id}`;
  expect((await house.ask(house.asViewer.headers, `/sessions${foreign}`)).status).toBe(403);
  expect(await list(house.asAdmin.headers, `?user_id=${house.viewer.id}`)).toHaveLength(2);

  const end = (headers: Record<string, string>, id: string) =>
    house.ask(headers, `/sessions/${id}`, "DELETE");
  expect((await end(house.asViewer.headers, house.asAdmin.sessionId)).status).toBe(404);
  expect((await end(house.asViewer.headers, other.sessionId)).status).toBe(204);
  expect((await house.ask(other.headers, "/auth/me")).status).toBe(401);
  expect((await end(house.asAdmin.headers, house.asViewer.sessionId)).status).toBe(204);
  expect((await house.ask(house.asViewer.headers, "/auth/me")).status).toBe(401);
});

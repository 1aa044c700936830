import { afterEach, beforeEach, expect, test } from "vitest";

import { createId } from "../../src/base/ids.ts";
import { createSessionStore, type Session, type SessionStore } from "../../src/store/sessions.ts";
import { createUserStore, type User, type UserStore } from "../../src/store/users.ts";
import { openTestDesk, type TestDesk } from "../support/analysis-desk.ts";

let desk: TestDesk;
let users: UserStore;
let sessions: SessionStore;

beforeEach(async () => {
  desk = await openTestDesk({});
  users = createUserStore(desk.db);
  sessions = createSessionStore(desk.db);
});
afterEach(() => desk[Symbol.asyncDispose]());

test("a user is found by name in any case, and no second one may have it", () => {
  const anna = addUser({ username: "Anna" });
  expect(users.findByName("aNNa")).toEqual(anna);
  expect(users.find(anna.id)).toEqual(anna);
  expect(() => addUser({ username: "ANNA" })).toThrow(
    expect.objectContaining({ kind: "conflict" }),
  );
  expect(users.findByName("an_a")).toBeNull();
});

test("admins who may not sign in do not count as admins", () => {
  const admin = addUser({ role: "admin" });
  const viewer = addUser({ role: "viewer" });
  expect(users.countAdmins()).toBe(1);

  expect(users.change(viewer.id, { role: "admin" })?.role).toBe("admin");
  expect(users.countAdmins()).toBe(2);
  expect(users.change(admin.id, { disabled: true })?.disabled).toBe(true);
  expect(users.countAdmins()).toBe(1);
  expect(users.find(admin.id)?.disabled).toBe(true);
});

test("the last admin who may sign in stays one, and nothing of the change is kept", () => {
  const admin = addUser({ role: "admin" });
  addUser({ role: "admin", disabled: true });
  const refused = expect.objectContaining({ kind: "conflict" });
  expect(() => users.change(admin.id, { disabled: true })).toThrow(refused);
  expect(() => users.change(admin.id, { role: "viewer", cameraIds: ["yard"] })).toThrow(refused);
  expect(() => users.remove(admin.id)).toThrow(refused);
  expect(users.find(admin.id)).toEqual(admin);
});

test("a change to a user who is not there says so", () => {
  expect(users.change(createId(), { passwordHash: "$argon2id$" })).toBeNull();
  expect(users.remove(createId())).toBe(false);
});

test("users are listed by name, and their sessions go with them", () => {
  const bert = addUser({ username: "bert" });
  const anna = addUser({ username: "Anna" });
  const session = addSession({ userId: bert.id });
  expect(users.list()).toEqual([anna, bert]);

  expect(users.remove(bert.id)).toBe(true);
  expect(users.list()).toEqual([anna]);
  expect(sessions.find(session.id)).toBeNull();
});

test("of two rotations of the same token only the first succeeds", () => {
  const session = addSession({ refreshHash: "first" });
  const rotation = { id: session.id, fromHash: "first", now: 50, idleExpiresAt: 5000 };
  expect(sessions.rotate({ ...rotation, toHash: "second" })).toBe(true);
  expect(sessions.rotate({ ...rotation, toHash: "third" })).toBe(false);

  const rotated = {
    ...session,
    refreshHash: "second",
    previousRefreshHash: "first",
    lastUsedAt: 50,
    idleExpiresAt: 5000,
  };
  expect(sessions.find(session.id)).toEqual(rotated);
});

test("a revoked session is not rotated, and keeps the time of its first revocation", () => {
  const session = addSession({ refreshHash: "first" });
  sessions.revoke(session.id, 70);
  sessions.revoke(session.id, 90);
  expect(sessions.find(session.id)?.revokedAt).toBe(70);
  const rotation = { id: session.id, fromHash: "first", toHash: "x", now: 80, idleExpiresAt: 1 };
  expect(sessions.rotate(rotation)).toBe(false);
});

test("a user's sessions are listed newest first, and nobody else's", () => {
  const [anna, bert] = [addUser(), addUser()];
  const first = addSession({ userId: anna.id, createdAt: 1 });
  const second = addSession({ userId: anna.id, createdAt: 2 });
  addSession({ userId: bert.id });
  expect(sessions.listOfUser(anna.id)).toEqual([second, first]);
});

test("sessions past either of their ends are removed", () => {
  const idle = addSession({ idleExpiresAt: 100, expiresAt: 900 });
  const old = addSession({ idleExpiresAt: 900, expiresAt: 100 });
  const live = addSession({ idleExpiresAt: 900, expiresAt: 900 });
  expect(sessions.removeExpired(100)).toBe(2);
  expect([idle, old, live].map(({ id }) => sessions.find(id) !== null)).toEqual([
    false,
    false,
    true,
  ]);
});

function addUser(given: Partial<User> = {}): User {
  const id = createId();
  const user: User = {
    id,
    username: `user-${id}`,
    passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    role: "viewer",
    disabled: false,
    createdAt: 1000,
    cameraIds: null,
    ...given,
  };
  users.insert(user);
  return user;
}

function addSession(given: Partial<Session> = {}): Session {
  const session: Session = {
    id: createId(),
    userId: given.userId ?? addUser().id,
    refreshHash: createId(),
    previousRefreshHash: null,
    createdAt: 10,
    lastUsedAt: 10,
    idleExpiresAt: 1000,
    expiresAt: 9000,
    revokedAt: null,
    ...given,
  };
  sessions.insert(session);
  return session;
}

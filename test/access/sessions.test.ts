import { expect, test } from "vitest";

import { SESSION_IDLE_MS, TABS_GRACE_MS } from "../../src/access/sessions.ts";
import { openFrontDoor } from "../support/front-door.ts";

const ENDED = expect.objectContaining({ kind: "unauthenticated" });

test("A4: a refresh token works once; the second use ends the session for everyone", async () => {
  await using house = await openFrontDoor();
  const { sessions } = house;
  const first = sessions.open(house.addUser("anna", "admin").id);
  const revoked: string[] = [];
  sessions.onRevoked((sessionId) => revoked.push(sessionId));

  const second = sessions.refresh(first.refreshToken, "body");
  expect(second.refreshToken).not.toBe(first.refreshToken);
  expect(() => sessions.refresh(first.refreshToken, "body")).toThrow(ENDED);

  expect(() => sessions.refresh(second.refreshToken, "body")).toThrow(ENDED);
  expect(sessions.findUserId(first.sessionId)).toBeNull();
  expect(revoked).toEqual([first.sessionId]);
});

test("A4: a token spent many refreshes ago still gives the thief away", async () => {
  await using house = await openFrontDoor();
  const stolen = house.sessions.open(house.addUser("anna", "admin").id);
  let newest = stolen;
  for (let turn = 0; turn < 3; turn += 1) {
    newest = house.sessions.refresh(newest.refreshToken, "body");
  }
  expect(() => house.sessions.refresh(stolen.refreshToken, "body")).toThrow(ENDED);
  expect(() => house.sessions.refresh(newest.refreshToken, "body")).toThrow(ENDED);
});

test("A5: tabs that refresh with one cookie at once get the same successor, for ten seconds", async () => {
  await using house = await openFrontDoor();
  const { sessions, clock } = house;
  const { refreshToken } = sessions.open(house.addUser("anna", "admin").id);

  const given = Array.from({ length: 50 }, () => sessions.refresh(refreshToken, "cookie"));
  expect(new Set(given.map((grant) => grant.refreshToken)).size).toBe(1);

  await clock.advance(TABS_GRACE_MS);
  expect(() => sessions.refresh(refreshToken, "cookie")).toThrow(ENDED);
});

test("a session ends after a week without use, and after thirty days in any case", async () => {
  await using house = await openFrontDoor();
  const { sessions, clock } = house;
  const { id } = house.addUser("anna", "admin");
  const unused = sessions.open(id);
  await clock.advance(SESSION_IDLE_MS);
  expect(() => sessions.refresh(unused.refreshToken, "body")).toThrow(ENDED);

  let used = sessions.open(id);
  for (let week = 0; week < 5; week += 1) {
    await clock.advance(SESSION_IDLE_MS - 1);
    if (week < 4) used = sessions.refresh(used.refreshToken, "body");
  }
  expect(() => sessions.refresh(used.refreshToken, "body")).toThrow(ENDED);
});

test("all sessions of a user can be ended at once, each told to whoever listens", async () => {
  await using house = await openFrontDoor();
  const { id } = house.addUser("anna", "admin");
  const opened = [house.sessions.open(id).sessionId, house.sessions.open(id).sessionId];
  const told: string[] = [];
  house.sessions.onRevoked((sessionId) => told.push(sessionId));

  house.sessions.revokeOfUser(id);
  expect(told.toSorted()).toEqual(opened.toSorted());
  expect(opened.map(house.sessions.findUserId)).toEqual([null, null]);
});

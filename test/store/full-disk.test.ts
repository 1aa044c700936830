import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { openBallast } from "../../src/store/ballast.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore } from "../../src/store/events.ts";
import { openPictures } from "../../src/store/pictures.ts";
import { createSessionStore } from "../../src/store/sessions.ts";
import { asJson, createEvent, openFrontDoor, PASSWORD } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";
import { createMotionEvent } from "../support/sample-events.ts";
import { openSmallDisk } from "../support/small-disk.ts";

const log = createLog({ level: "silent" });

/** Resolves with the first failure. */
async function fillUp(step: () => unknown): Promise<unknown> {
  for (;;) {
    try {
      await step();
    } catch (error) {
      return error;
    }
  }
}

test("D1: when the disk is full the ballast goes, and events are still written down", async () => {
  await using disk = await openSmallDisk();
  if (!disk) return;
  const ballast = await openBallast({ folder: disk.path });
  const path = join(disk.path, "nightjar.db");
  await using db = await openDatabase({ path, log, onFull: ballast.free });
  const events = createEventStore(db);
  const pictures = await openPictures({ folder: join(disk.path, "pictures") });
  const { id } = createMotionEvent();
  const full = await fillUp(() => pictures.save(id, Buffer.alloc(20_000)));
  expect(full).toMatchObject({ kind: "exhausted" });
  await fillUp(() => pictures.save(id, Buffer.alloc(500)));
  expect(ballast.isFreed()).toBe(false);

  const ids: string[] = [];
  for (let count = 0; count < 2_000 && !ballast.isFreed(); count += 1) {
    const event = createMotionEvent();
    events.insert(event, null);
    ids.push(event.id);
  }
  expect(ballast.isFreed()).toBe(true);
  for (const event of ids) expect(events.find(event)).not.toBeNull();

  // With room again the ballast is made again.
  for (const name of await readdir(join(disk.path, "pictures"))) await pictures.remove(name);
  await ballast.restore();
  expect(ballast.isFreed()).toBe(false);
});

test("D2: a picture that finds no room leaves no half file behind", async () => {
  await using disk = await openSmallDisk();
  if (!disk) return;
  const pictures = await openPictures({ folder: disk.path });
  const failure = await fillUp(() => pictures.save(createMotionEvent().id, Buffer.alloc(300_000)));
  expect(failure).toMatchObject({ kind: "exhausted" });
  const names = await readdir(disk.path);
  expect(names.filter((name) => !name.endsWith(".jpg"))).toEqual([]);
});

test("D3: a daemon that starts on a read-only disk says so, and does not take it for a second daemon", async () => {
  await using disk = await openSmallDisk();
  if (!disk) return;
  const path = join(disk.path, "nightjar.db");
  {
    await using _made = await openDatabase({ path, log });
  }
  disk.makeReadOnly();
  const refused = openDatabase({ path, log });
  await expect(refused).rejects.toThrow(
    "cannot be read or written. Check the disk and permissions.",
  );
});

test("D3: where nothing can be written, reading goes on and writing is refused with a code", async () => {
  await using house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const event = createEvent();
  house.events.insert(event, null);
  house.database.orm.run("pragma query_only = on");

  const path = `/api/v1/events/${event.id}`;
  expect((await house.app.request(path, { headers })).status).toBe(200);
  const change = { ...asJson({ seen: true }, headers), method: "PATCH" };
  const refused = await house.app.request(path, change);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ type: "urn:problem:nightjar:storage-readonly" });
});

test("D3: where nothing can be written people sign in, refresh and sign out all the same", async () => {
  await using house = await openFrontDoor();
  const { id } = house.addUser("anna", "admin");
  const signIn = () =>
    house.app.request("/api/v1/auth/login", asJson({ username: "anna", password: PASSWORD }));
  const refresh = (token: string) =>
    house.app.request("/api/v1/auth/refresh", asJson({ refresh_token: token }));
  const { refresh_token: before } = (await (await signIn()).json()) as Json;
  house.database.orm.run("pragma query_only = on");

  const { refresh_token: first } = (await (await signIn()).json()) as Json;
  const { refresh_token: second } = (await (await refresh(first)).json()) as Json;
  // Of the time before, and spent in the meantime.
  expect((await refresh(before)).status).toBe(200);
  expect((await refresh(before)).status).toBe(401);
  await house.app.request("/api/v1/auth/logout", asJson({ refresh_token: second }));
  expect((await refresh(second)).status).toBe(401);
  const { refresh_token: third } = (await (await signIn()).json()) as Json;

  house.database.orm.run("pragma query_only = off");
  const { refresh_token: fourth } = (await (await refresh(third)).json()) as Json;
  const written = createSessionStore(house.database).listOfUser(id);
  const inForce = written.filter(({ revokedAt }) => revokedAt === null);
  expect(inForce.map((session) => session.id)).toEqual([fourth.split(".")[0]]);
});

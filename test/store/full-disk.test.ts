import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { openBallast } from "../../src/store/ballast.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore } from "../../src/store/events.ts";
import { openPictures } from "../../src/store/pictures.ts";
import { asJson, createEvent, openFrontDoor } from "../support/front-door.ts";
import { createMotionEvent } from "../support/sample-events.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const log = createLog({ level: "silent" });

/** A disk of 3 MB; null, and a loud line, where this account may not mount one. */
async function openSmallDisk() {
  const opened = new AsyncDisposableStack();
  const { path } = opened.use(await openTempFolder());
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", path], { stdio: "ignore" });
  } catch {
    console.warn("NOT TESTED on a full disk: mounting a tmpfs needs root.");
    await opened.disposeAsync();
    return null;
  }
  opened.defer(() => void execFileSync("umount", [path]));
  return { path, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

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

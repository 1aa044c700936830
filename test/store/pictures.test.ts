import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createId } from "../../src/base/ids.ts";
import { openPictures } from "../../src/store/pictures.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);

test("a saved picture is read back, and each version has a name of its own", async () => {
  await using folder = await openTempFolder();
  const pictures = await openPictures({ folder: join(folder.path, "pictures") });
  const eventId = createId();
  const first = await pictures.save(eventId, JPEG);
  const second = await pictures.save(eventId, Buffer.concat([JPEG, JPEG]));

  expect(first).not.toBe(second);
  expect(await pictures.read(first)).toEqual(JPEG);
  expect(await readFile(pictures.path(second))).toHaveLength(8);

  await pictures.remove(first);
  await pictures.remove(first);
  expect(await pictures.read(first)).toBeNull();
});

test.for(["../nightjar.db", "/etc/passwd", "", `${createId()}-00000000.jpg/../x`])(
  "the name %j reaches no file",
  async (name) => {
    await using folder = await openTempFolder();
    const pictures = await openPictures({ folder: folder.path });
    expect(await pictures.read(name)).toBeNull();
    expect(() => pictures.path(name)).toThrow("not the name of a picture");
  },
);

test("an event id that is no id cannot name a picture", async () => {
  await using folder = await openTempFolder();
  const pictures = await openPictures({ folder: folder.path });
  await expect(pictures.save("../../x", JPEG)).rejects.toMatchObject({ kind: "invalid" });
});

test("the sweep removes what no row names and what was half written, and nothing else", async () => {
  await using folder = await openTempFolder();
  const pictures = await openPictures({ folder: folder.path });
  const kept = await pictures.save(createId(), JPEG);
  const orphan = await pictures.save(createId(), JPEG);
  await writeFile(join(folder.path, `${orphan}.unfinished`), "half");
  await writeFile(join(folder.path, "notes.txt"), "the owner's");

  expect(await pictures.sweep((name) => name === kept)).toBe(2);
  expect((await readdir(folder.path)).sort()).toEqual([kept, "notes.txt"].sort());
});

test("a folder that cannot be written is told as trouble of the disk", async () => {
  await using folder = await openTempFolder();
  const pictures = await openPictures({ folder: join(folder.path, "pictures") });
  await rm(join(folder.path, "pictures"), { recursive: true });
  await expect(pictures.save(createId(), JPEG)).rejects.toMatchObject({ kind: "unavailable" });
});

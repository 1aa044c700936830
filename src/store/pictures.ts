/**
 * The pictures of events, files in one folder. A picture is complete and on the disk before its
 * name is given out, and each version of an event's picture has a name of its own, so that a row
 * never names a file that is half old and half new. A crash leaves at worst a file without a row,
 * which `sweep` removes at the next start.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { ApplianceError } from "../base/errors.ts";
import { makeFolder, UNFINISHED, writeWhole } from "./whole-file.ts";

export interface Pictures {
  /** Durable when it resolves; answers the file's name. Throws `exhausted` when the disk is full. */
  save(eventId: string, jpeg: Uint8Array): Promise<string>;
  /** Null when there is no such picture, or it could never be one of ours. */
  read(name: string): Promise<Buffer | null>;
  /** Where a picture of this name lies. */
  path(name: string): string;
  /** How many bytes went; 0, and no complaint, when it is gone already. */
  remove(name: string): Promise<number>;
  /** Of all that lie here. */
  bytes(): Promise<number>;
  /** Removes what no row names, and what a crash left half written; answers how many. */
  sweep(isReferenced: (name: string) => boolean): Promise<number>;
  /** Moves what no row names into another folder of the same disk; answers how many. */
  setAside(isReferenced: (name: string) => boolean, into: string): Promise<number>;
}

export async function openPictures({ folder }: { folder: string }): Promise<Pictures> {
  await makeFolder(folder);

  return {
    save: (eventId, jpeg) => save(folder, eventId, jpeg),
    async read(name) {
      if (!isPictureName(name)) return null;
      try {
        return await readFile(join(folder, name));
      } catch (error) {
        if (toCode(error) === "ENOENT") return null;
        throw toApplianceError(error, folder);
      }
    },
    path: (name) => join(folder, checkName(name)),
    remove: (name) => remove(join(folder, checkName(name))),
    bytes: () => measure(folder),
    sweep: (isReferenced) => sweep(folder, isReferenced),
    setAside: (isReferenced, into) => setAside(folder, isReferenced, into),
  };
}

const NAME = /^[0-9a-f-]{36}-[0-9a-f]{8}\.jpg$/;

/** Made of the event's id and chance alone: never of anything that came from outside. */
function isPictureName(name: string): boolean {
  return NAME.test(name);
}

function checkName(name: string): string {
  if (isPictureName(name)) return name;
  throw new ApplianceError("invalid", "This is not the name of a picture.");
}

async function save(folder: string, eventId: string, jpeg: Uint8Array): Promise<string> {
  const name = checkName(`${eventId}-${randomBytes(4).toString("hex")}.jpg`);
  try {
    await writeWhole(join(folder, name), jpeg);
    return name;
  } catch (error) {
    throw toApplianceError(error, folder);
  }
}

async function remove(path: string): Promise<number> {
  const bytes = await readSize(path);
  await rm(path, { force: true });
  return bytes;
}

async function measure(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += await readSize(join(folder, name));
  return bytes;
}

/** 0 for what is gone meanwhile. */
async function readSize(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.size ?? 0;
}

async function setAside(
  folder: string,
  isReferenced: (name: string) => boolean,
  into: string,
): Promise<number> {
  const strangers = (await readdir(folder)).filter(
    (name) => isPictureName(name) && !isReferenced(name),
  );
  if (strangers.length > 0) await mkdir(into, { recursive: true });
  for (const name of strangers) await rename(join(folder, name), join(into, name));
  return strangers.length;
}

async function sweep(folder: string, isReferenced: (name: string) => boolean): Promise<number> {
  const names = await readdir(folder);
  const orphans = names.filter(
    (name) => name.endsWith(UNFINISHED) || (isPictureName(name) && !isReferenced(name)),
  );
  for (const name of orphans) await rm(join(folder, name), { force: true });
  return orphans.length;
}

function toCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : null;
}

function toApplianceError(error: unknown, folder: string): unknown {
  const code = toCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ApplianceError("exhausted", `The disk under ${folder} is full. Free some space.`, {
      cause: error,
    });
  }
  if (typeof code !== "string") return error;
  return new ApplianceError(
    "unavailable",
    `A picture in ${folder} could not be read or written (${code}). Check disk and permissions.`,
    { cause: error },
  );
}

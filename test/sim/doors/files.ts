/**
 * node:fs/promises as the appliance sees it: its data folder on the simulated disk, all else real, and
 * at once, since no thread of the runtime keeps to the world's time.
 */
import * as real from "node:fs";
import { open as openReal } from "node:fs/promises";
import { dirname } from "node:path";

import { DATA_FOLDER } from "../data-folder.ts";
import type { SimulatedFile } from "../disk.ts";
import { theWorld, theWorldIfAny } from "../world.ts";

/** Backups and what else is not named here are none of the simulation's business. */
export * from "node:fs/promises";

const BLOCK_BYTES = 4096;
/** SQLite opens these itself. */
const OF_SQLITE = /\/nightjar\.(?:db|lock)(?:-\w+)?$/;

export async function mkdir(path: string, options?: { recursive?: boolean }) {
  if (!isSimulated(path)) return work("read", () => real.mkdirSync(path, options));
  return work("write", () => {
    for (let folder = path; folder.startsWith(DATA_FOLDER); folder = dirname(folder)) {
      theWorld().disk.folders.add(folder);
    }
  });
}

export async function readdir(path: string): Promise<string[]> {
  if (!isSimulated(path)) return work("read", () => real.readdirSync(path));
  return work("read", () => {
    const { files, folders } = theWorld().disk;
    if (!folders.has(path)) throw createError("ENOENT", path);
    const names = [...files.keys(), ...folders].filter((each) => dirname(each) === path);
    return names.map((each) => each.slice(path.length + 1)).sort();
  });
}

export async function readFile(path: string, encoding?: "utf8"): Promise<string | Buffer> {
  if (!isSimulated(path))
    return work("read", () => real.readFileSync(path, { encoding: encoding ?? null }));
  return work("read", () => {
    const content = Buffer.from(find(path).content);
    return encoding ? content.toString(encoding) : content;
  });
}

export async function stat(path: string) {
  if (!isSimulated(path)) return work("read", () => real.statSync(path));
  return work("read", () => ({
    ...{ size: find(path).content.byteLength, mode: 0o600, mtimeMs: theWorld().loop.now() },
    isFile: () => true,
  }));
}

export async function access(path: string, mode?: number): Promise<void> {
  if (!isSimulated(path)) return work("read", () => real.accessSync(path, mode));
  return work("read", () => void find(path));
}

export async function statfs(_path: string) {
  return work("read", () => {
    const { disk } = theWorld();
    const bavail = Math.floor(disk.freeBytes() / BLOCK_BYTES);
    return { bsize: BLOCK_BYTES, blocks: Math.floor(disk.totalBytes / BLOCK_BYTES), bavail };
  });
}

export async function rename(from: string, to: string): Promise<void> {
  if (!isSimulated(from)) return work("read", () => real.renameSync(from, to));
  return work("write", () => {
    find(from);
    theWorld().disk.rename(from, to);
  });
}

export async function rm(path: string, options: { force?: boolean } = {}): Promise<void> {
  if (!isSimulated(path)) return work("read", () => real.rmSync(path, options));
  return work("remove", () => {
    if (!theWorld().disk.files.has(path) && !options.force) throw createError("ENOENT", path);
    theWorld().disk.remove(path);
  });
}

export async function open(path: string, flags = "r"): Promise<unknown> {
  if (!isSimulated(path)) return openReal(path, flags);
  return work(flags === "r" ? "read" : "write", () => {
    const { disk } = theWorld();
    if (disk.folders.has(path)) return createFolderHandle(path);
    if (flags === "wx" && disk.files.has(path)) throw createError("EEXIST", path);
    return createHandle(path, flags === "r" ? find(path) : disk.create(path));
  });
}

function createHandle(path: string, file: SimulatedFile) {
  const { disk } = theWorld();
  return {
    writeFile: (content: Uint8Array | string) =>
      work("write", () => {
        const bytes = typeof content === "string" ? Buffer.from(content) : content;
        if (bytes.byteLength > disk.freeBytes()) throw createError("ENOSPC", path);
        disk.write(file, bytes);
      }),
    sync: () => work("write", () => disk.sync(file)),
    close: async () => {},
  };
}

function createFolderHandle(path: string) {
  return {
    sync: () => work("write", () => theWorld().disk.syncFolder(path)),
    close: async () => {},
  };
}

function isSimulated(path: string): boolean {
  return theWorldIfAny() !== null && path.startsWith(DATA_FOLDER) && !OF_SQLITE.test(path);
}

function find(path: string): SimulatedFile {
  const file = theWorld().disk.files.get(path);
  if (!file) throw createError("ENOENT", path);
  return file;
}

/** A while later, and not always well. */
function work<T>(kind: "read" | "write" | "remove", operation: () => T): Promise<T> {
  const { loop, random, troubles, life } = theWorld();
  return new Promise((resolve, reject) => {
    loop.schedule(random() * troubles.fileMs, life, () => {
      try {
        if (kind === "write" && random() < troubles.fileErrors) throw createError("EIO", "a file");
        resolve(operation());
      } catch (error) {
        reject(error);
      }
    });
  });
}

function createError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, '${path}'`), { code });
}

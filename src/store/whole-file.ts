/** A file that is there whole or not at all, also after a power cut. */
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** What ends in this was left half written by a crash. */
export const UNFINISHED = ".unfinished";

/** Durable when it resolves; replaces a file of that name. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const unfinished = path + UNFINISHED;
  try {
    await closing(await open(unfinished, "w"), async (handle) => {
      await handle.writeFile(content);
      await handle.sync();
    });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncNames(dirname(path));
}

/** Gives a finished file its name; durable, with all that is in it, when it resolves. */
export async function putInPlace(unfinished: string, path: string): Promise<void> {
  await closing(await open(unfinished, "r"), (handle) => handle.sync());
  await rename(unfinished, path);
  await syncNames(dirname(path));
}

/** A folder that is there, also after a power cut. */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode });
  if (made !== undefined) await syncNames(dirname(made));
}

/** A name is durable, or gone for good, only when its folder is synced. */
export async function syncNames(folder: string): Promise<void> {
  await closing(await open(folder, "r"), (handle) => handle.sync());
}

async function closing(handle: FileHandle, work: (handle: FileHandle) => Promise<void>) {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

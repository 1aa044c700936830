/** A file that is there whole or not at all, also after a power cut. */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
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
  // The name itself is durable only when the folder is.
  await closing(await open(dirname(path), "r"), (handle) => handle.sync());
}

async function closing(handle: FileHandle, work: (handle: FileHandle) => Promise<void>) {
  try {
    await work(handle);
  } finally {
    await handle.close();
  }
}

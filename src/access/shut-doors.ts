/** Who is shut out, and until when: kept in a file, so that a restart of the box opens nothing. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as z from "zod";

import type { Log } from "../base/log.ts";
import { writePrivateFile } from "./private-file.ts";

export interface ShutDoor {
  /** Which of the limits. */
  limit: string;
  key: string;
  /** Wall time. */
  until: number;
}

/** Tells of every door that is shut now. Never throws: guessing must not depend on the disk. */
export type KeepShut = (doors: readonly ShutDoor[]) => Promise<void>;

const FILE = "shut-doors.json";
const schema = z.array(z.object({ limit: z.string(), key: z.string(), until: z.number() }));

/** What the box knew before it stopped; nothing when there is no file, or none that can be read. */
export async function readShutDoors(folder: string, log: Log): Promise<ShutDoor[]> {
  try {
    return schema.parse(JSON.parse(await readFile(join(folder, FILE), "utf8")));
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isMissing) log.warn("who was shut out before the start is not known", { error });
    return [];
  }
}

export function createKeepShut(folder: string, log: Log): KeepShut {
  let written: Promise<void> = Promise.resolve();
  return (doors) => {
    written = written
      .then(() => writePrivateFile(join(folder, FILE), JSON.stringify(doors)))
      .catch((error: unknown) => log.warn("who is shut out could not be kept", { error }));
    return written;
  };
}

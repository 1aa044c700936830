/** Where a simulating process has its box's data: in memory, where the system offers that. */
import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";

export const DATA_FOLDER = join(
  isWritable(MEMORY) ? MEMORY : tmpdir(),
  `nightjar-sim-${process.pid}`,
);

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

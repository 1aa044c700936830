/**
 * In: a data folder, and since when what was put aside may go. Out: the folder without old damaged
 * databases, what restores replaced, pictures of no event and databases from before upgrades. A person
 * may still want the latest of them, however long ago: the newest few of each kind stay.
 */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Log } from "../base/log.ts";

const KEPT = 3;
const KINDS = [
  { folder: "quarantine", name: /^database-\d/ },
  { folder: "quarantine", name: /^before-restore-\d/ },
  { folder: "quarantine", name: /^pictures-\d/ },
  { folder: ".", name: /^nightjar\.db\.before-\d+$/ },
];

export async function removePutAside(dataDir: string, before: number, log: Log): Promise<void> {
  for (const { folder, name } of KINDS) {
    const found = await listNewestFirst(join(dataDir, folder), name);
    for (const old of found.slice(KEPT).filter(({ putAt }) => putAt < before)) {
      await rm(join(dataDir, folder, old.name), { recursive: true });
      log.info("a copy put aside long ago was removed", { folder, name: old.name });
    }
  }
}

async function listNewestFirst(folder: string, pattern: RegExp) {
  const names = await readdir(folder).catch(() => []);
  const found: { name: string; putAt: number }[] = [];
  for (const name of names.filter((each) => pattern.test(each))) {
    found.push({ name, putAt: (await stat(join(folder, name))).mtimeMs });
  }
  return found.sort((one, other) => other.putAt - one.putAt);
}

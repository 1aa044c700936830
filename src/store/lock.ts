/**
 * One process per data folder. The lock is an exclusive transaction on a file of its own, which the
 * kernel releases however the process ends; a file with a process id in it would outlive a crash.
 */
import { dirname, join } from "node:path";

import { ApplianceError } from "../base/errors.ts";
import { openSqlite } from "./sqlite.ts";

export async function openLock(databasePath: string): Promise<Disposable> {
  const folder = dirname(databasePath);
  const lock = await openSqlite(join(folder, "nightjar.lock"), { busyTimeoutMs: 0 });
  try {
    lock.pragma("journal_mode = memory");
    lock.exec("begin exclusive");
  } catch (cause) {
    lock.close();
    throw new ApplianceError(
      "conflict",
      `Another Nightjar is already running on ${folder}. Stop it first, or use another data folder.`,
      { cause },
    );
  }
  return { [Symbol.dispose]: () => void lock.close() };
}

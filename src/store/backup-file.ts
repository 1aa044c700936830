/**
 * A backup is one file: the database as of one instant, with what belongs to it and is no row (keys,
 * certificates, what cameras learned, the configuration) in a table of its own. Pictures are named by
 * the rows and not in it. Whole or not there at all, and looked through before it counts as one.
 */
import { chmod, copyFile, open, rm } from "node:fs/promises";

import { ApplianceError } from "../base/errors.ts";
import { openSqlite, type Sqlite, toApplianceError } from "./sqlite.ts";
import { putInPlace, UNFINISHED } from "./whole-file.ts";

export interface BackupPart {
  /** Where it lies in the data folder. */
  name: string;
  content: Uint8Array;
}

/** A restored file is so marked until the next opening has given it numbers of its own. */
export const RESTORED_MARK = 1;

const BUSY_TIMEOUT_MS = 5_000;

/** `copy` puts the database, as of one instant, at the path it is given. */
export async function writeBackup(
  path: string,
  copy: (to: string) => Promise<unknown>,
  parts: readonly BackupPart[],
): Promise<void> {
  const unfinished = path + UNFINISHED;
  await rm(unfinished, { force: true });
  try {
    await copy(unfinished);
    await chmod(unfinished, 0o600);
    await using backup = await openChecked(unfinished);
    addParts(backup.sqlite, parts);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw toApplianceError(error, path);
  }
  await putInPlace(unfinished, path);
}

/** Throws `invalid` for what is no backup, or a damaged one. `check` may refuse its database. */
export async function readBackup(
  path: string,
  check: (sqlite: Sqlite) => void,
): Promise<BackupPart[]> {
  try {
    await using backup = await openChecked(path);
    check(backup.sqlite);
    return backup.sqlite.prepare("select name, content from backup_parts").all() as BackupPart[];
  } catch (cause) {
    if (cause instanceof ApplianceError && cause.kind === "conflict") throw cause;
    throw new ApplianceError("invalid", `${path} is no backup, or it is damaged. Take another.`, {
      cause,
    });
  }
}

/** Puts the backup's database at the path, where there is none, marked as restored. */
export async function placeBackup(backup: string, path: string): Promise<void> {
  const unfinished = path + UNFINISHED;
  await rm(unfinished, { force: true });
  await copyFile(backup, unfinished);
  await chmod(unfinished, 0o600);
  {
    await using placed = await openChecked(unfinished);
    placed.sqlite.exec("drop table backup_parts");
    placed.sqlite.pragma(`user_version = ${RESTORED_MARK}`);
  }
  await putInPlace(unfinished, path);
}

function addParts(sqlite: Sqlite, parts: readonly BackupPart[]): void {
  sqlite.exec("create table backup_parts (name text primary key not null, content blob not null)");
  const insert = sqlite.prepare("insert into backup_parts (name, content) values (?, ?)");
  for (const { name, content } of parts) insert.run(name, content);
}

async function openChecked(path: string): Promise<AsyncDisposable & { sqlite: Sqlite }> {
  // An opening for writing would make an empty one.
  await (await open(path, "r")).close();
  const sqlite = await openSqlite(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
  try {
    // One file and not three.
    sqlite.pragma("journal_mode = delete");
    const verdict = sqlite.pragma("quick_check(1)", { simple: true });
    if (verdict !== "ok") throw new Error(String(verdict));
  } catch (error) {
    sqlite.close();
    throw error;
  }
  return { sqlite, [Symbol.asyncDispose]: async () => void sqlite.close() };
}

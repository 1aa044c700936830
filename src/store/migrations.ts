/**
 * Brings the database to the schema of this program, and refuses one that is newer than that.
 * Before an existing database is changed it is copied aside; the copy is named after the last
 * migration it has.
 */
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator";

import { ApplianceError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Sqlite } from "./sqlite.ts";
import { putInPlace } from "./whole-file.ts";

/** Two floors up from src/store and from dist/store alike. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL("../../drizzle/edge", import.meta.url));

export async function applyMigrations(
  sqlite: Sqlite,
  orm: BetterSQLite3Database<Record<string, unknown>>,
  options: { path: string; folder: string; log: Log; mayUpgrade: boolean },
): Promise<void> {
  const known = readMigrationFiles({ migrationsFolder: options.folder });
  const applied = readApplied(sqlite);
  const pending = known.filter(({ hash }) => !applied.includes(hash));
  refuseUnknown(applied, known, options.path);
  if (pending.length === 0) return;
  if (!options.mayUpgrade) {
    const sentence = "The Nightjar that runs is of an older version. Restart it, and try again.";
    throw new ApplianceError("conflict", sentence);
  }

  if (applied.length > 0) {
    const copy = await copyAside(sqlite, `${options.path}.before-${applied.length + 1}`);
    options.log.info("database copied before its upgrade", { copy });
  }
  applyPending(sqlite, () => migrate(orm, { migrationsFolder: options.folder }), options.path);
  options.log.info("database upgraded", { from: applied.length, to: known.length });
}

/** Throws `conflict` for a database that a newer or different Nightjar wrote. */
export function refuseNewer(sqlite: Sqlite, path: string): void {
  const known = readMigrationFiles({ migrationsFolder: MIGRATIONS_FOLDER });
  refuseUnknown(readApplied(sqlite), known, path);
}

/** The hashes of the migrations that this database has seen, oldest first. */
function readApplied(sqlite: Sqlite): string[] {
  const journal = sqlite
    .prepare("select name from sqlite_master where name = '__drizzle_migrations'")
    .get();
  if (!journal) return [];
  return sqlite
    .prepare("select hash from __drizzle_migrations order by created_at")
    .pluck()
    .all() as string[];
}

function refuseUnknown(applied: string[], known: MigrationMeta[], path: string): void {
  const isKnown = applied.every((hash, place) => known[place]?.hash === hash);
  if (isKnown) return;
  throw new ApplianceError(
    "conflict",
    `The database ${path} was written by a newer or different Nightjar. ` +
      "Install that version again, or restore the copy made before the upgrade.",
    { details: { applied: applied.length, known: known.length } },
  );
}

/** Complete or absent: a power cut in between leaves a file of another name. */
async function copyAside(sqlite: Sqlite, copy: string): Promise<string> {
  const unfinished = `${copy}.unfinished`;
  await rm(unfinished, { force: true });
  await sqlite.backup(unfinished);
  await putInPlace(unfinished, copy);
  return copy;
}

/**
 * Foreign keys are off meanwhile: recreating a table drops the old one, which would otherwise take
 * its children along, and inside the migration's transaction they can no longer be switched.
 */
function applyPending(sqlite: Sqlite, apply: () => void, path: string): void {
  sqlite.pragma("foreign_keys = off");
  try {
    apply();
  } catch (cause) {
    throw new ApplianceError(
      "internal",
      `The database ${path} could not be upgraded and is as it was before. See the cause.`,
      { cause },
    );
  }
  const orphans = sqlite.pragma("foreign_key_check") as unknown[];
  if (orphans.length > 0) {
    throw new ApplianceError(
      "internal",
      `The upgrade of ${path} left ${orphans.length} rows without their parents. ` +
        "Restore the copy made before it.",
      { details: { orphans: orphans.slice(0, 10) } },
    );
  }
}

/**
 * The one database of the box: SQLite in the data folder, one process at a time. Every call is
 * synchronous; what a transaction wrote is on the disk when it returns (synchronous=FULL), so an
 * acknowledged event survives a power cut. Opening it locks, checks, copies aside and upgrades it.
 */
import { access, mkdir, open as openFile, stat } from "node:fs/promises";
import { dirname } from "node:path";

import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";

import { ApplianceError, toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { RESTORED_MARK } from "./backup-file.ts";
import { openLock } from "./lock.ts";
import { applyMigrations, MIGRATIONS_FOLDER, refuseNewer } from "./migrations.ts";
import { type Recovery, replaceDamaged, salvage } from "./recovery.ts";
import {
  createDamageError,
  createUnreadableError,
  isDamageError,
  openSqlite,
  type Sqlite,
  toApplianceError,
} from "./sqlite.ts";
import { renewStretches } from "./stretches.ts";

export interface EdgeDatabase extends AsyncDisposable {
  readonly path: string;
  /** `made`: there was none, or an empty one. `restored`: it went back in time since it was open. */
  readonly origin: "found" | "made" | "restored";
  /** What was done about a damaged one at this opening; null when it was sound. */
  readonly recovery: Recovery | null;
  /** The typed handle. Reads go straight to it, writes through `transaction`. */
  readonly orm: BetterSQLite3Database;
  /**
   * All of the work or nothing; durable when it returns. The work is synchronous. A transaction
   * inside a transaction joins it. A full or failing disk throws `exhausted` or `unavailable`.
   */
  transaction<T>(work: () => T): T;
  /**
   * The same for what every start undoes anyway: a crash of the process keeps it, a power cut may
   * lose it, and nobody waits for the disk.
   */
  passingTransaction<T>(work: () => T): T;
  /** Another one after every change, by this process or another; while it stays, so does all. */
  version(): string;
  /** As of one instant, while it is used. */
  copy(to: string): Promise<unknown>;
}

export interface RecoveryOptions {
  /** The folder of backups. */
  backups: string;
  /** Of this moment, for names of files. */
  stamp: string;
}

const BUSY_TIMEOUT_MS = 5_000;
/** Of a copy; what another process writes meanwhile would make it begin anew. */
const PAGES_AT_ONCE = 2_000;
const READ_AT_ONCE_BYTES = 1024 * 1024;

export async function openDatabase(options: {
  path: string;
  log: Log;
  /** Where the migrations are; tests bring their own. */
  migrationsFolder?: string;
  /** A visitor with one thing to do may come in while the daemon has the database open. */
  isVisit?: boolean;
  /** What to do about a damaged one; without this it is refused. */
  recovery?: RecoveryOptions;
  /** Makes room on a full disk; true where it could. */
  onFull?: () => boolean;
}): Promise<EdgeDatabase> {
  const { path, log, migrationsFolder: folder = MIGRATIONS_FOLDER, isVisit = false } = options;
  await mkdir(dirname(path), { recursive: true });
  await using opened = new AsyncDisposableStack();

  const lock = await openLock(path).catch((error: unknown) => {
    if (isVisit && error instanceof ApplianceError && error.kind === "conflict") return null;
    throw error;
  });
  if (lock) opened.use(lock);
  const isThere = await isFilled(path);
  const { sqlite, damage } = await openSound(path, lock ? (options.recovery ?? null) : null, log);
  // The last one to close folds the write-ahead log into the file: the file alone is all of it.
  opened.defer(() => void sqlite.close());

  // Loads better-sqlite3, hence only after openSqlite has made sure that it can be loaded.
  const { drizzle } = await import("drizzle-orm/better-sqlite3");
  const orm = drizzle(sqlite);
  await applyMigrations(sqlite, orm, { path, folder, log, mayUpgrade: lock !== null });
  // On a small disk the first log of writes would be as large as the database to which it is to go.
  if (lock) foldLog(sqlite);
  const recovery = damage && (await complete(sqlite, path, damage, log));
  const isRestored = sqlite.pragma("user_version", { simple: true }) === RESTORED_MARK;
  if (lock && isRestored) renewStretches(sqlite);
  sqlite.pragma("foreign_keys = on");

  const attempt = <T>(work: () => T): T => {
    try {
      return orm.transaction(() => work(), { behavior: "immediate" });
    } catch (error) {
      throw toApplianceError(error, path);
    }
  };
  const transaction = <T>(work: () => T): T => {
    try {
      return attempt(work);
    } catch (error) {
      const isFull = error instanceof ApplianceError && error.kind === "exhausted";
      if (!isFull || sqlite.inTransaction) throw error;
      if (options.onFull?.()) log.error("the disk is full; the ballast was given up", { path });
      foldLog(sqlite);
      return attempt(work);
    }
  };

  const changes = sqlite.prepare("select total_changes()").pluck();
  const resources = opened.move();
  return {
    path,
    origin: toOrigin(isThere, isRestored || recovery !== null),
    recovery,
    copy: (to) => sqlite.backup(to, { progress: () => PAGES_AT_ONCE }),
    orm,
    version: () => `${changes.get()}.${sqlite.pragma("data_version", { simple: true })}`,
    transaction,
    passingTransaction(work) {
      sqlite.pragma("synchronous = normal");
      try {
        return transaction(work);
      } finally {
        sqlite.pragma("synchronous = full");
      }
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** A damaged one is replaced where that is wanted. */
async function openSound(
  path: string,
  recovery: RecoveryOptions | null,
  log: Log,
): Promise<{ sqlite: Sqlite; damage: Omit<Recovery, "salvaged"> | null }> {
  const open = async (): Promise<Sqlite> => {
    const sqlite = await openSqlite(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    try {
      prepareFile(sqlite, path);
      return sqlite;
    } catch (error) {
      sqlite.close();
      throw error;
    }
  };
  // SQLite takes a read that failed for damage. What is damaged is so again, on a disk that reads.
  const openForSure = async (): Promise<Sqlite> => {
    try {
      return await open();
    } catch (error) {
      if (!isDamageError(error)) throw error;
      await readThrough(path);
      return open();
    }
  };
  try {
    return { sqlite: await openForSure(), damage: null };
  } catch (error) {
    if (!recovery || !isDamageError(error)) throw error;
    log.error("the database is damaged; it is put aside", { reason: toSentence(error) });
    const check = (sqlite: Sqlite): void => refuseNewer(sqlite, path);
    const damage = await replaceDamaged(path, { ...recovery, log, check });
    return { sqlite: await open(), damage };
  }
}

/** Throws `unavailable` where the disk does not give all of it. */
async function readThrough(path: string): Promise<void> {
  const chunk = Buffer.alloc(READ_AT_ONCE_BYTES);
  const isThere = (name: string) =>
    access(name).then(
      () => true,
      () => false,
    );
  for (const name of [path, `${path}-wal`]) {
    if (!(await isThere(name))) continue;
    try {
      await using file = await openFile(name, "r");
      while ((await file.read(chunk)).bytesRead > 0);
    } catch (error) {
      throw createUnreadableError(path, error);
    }
  }
}

/** Adds what the damaged one still tells; the head of this one may have to stand in for its own. */
async function complete(
  sqlite: Sqlite,
  path: string,
  damage: Omit<Recovery, "salvaged">,
  log: Log,
): Promise<Recovery> {
  sqlite.pragma("wal_checkpoint(truncate)");
  const salvaged = await salvage(sqlite, path, damage.quarantine).catch((error: unknown) => {
    log.error("nothing could be read of the damaged database", { reason: toSentence(error) });
    return 0;
  });
  renewStretches(sqlite);
  log.warn("the database was restored", { ...damage, salvaged });
  return { ...damage, salvaged };
}

function toOrigin(isThere: boolean, isRestored: boolean): EdgeDatabase["origin"] {
  if (isRestored) return "restored";
  return isThere ? "found" : "made";
}

async function isFilled(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.size > 0;
}

/** What the log of writes has in the database already is room for more. */
function foldLog(sqlite: Sqlite): void {
  try {
    sqlite.pragma("wal_checkpoint(truncate)");
  } catch {
    // There is no room for that either; the next attempt says so.
  }
}

function prepareFile(sqlite: Sqlite, path: string): void {
  try {
    sqlite.pragma("journal_mode = wal");
    sqlite.pragma("synchronous = full");
    // A damaged file may fail the check or make the check itself throw.
    const verdict = sqlite.pragma("quick_check(1)", { simple: true });
    if (verdict !== "ok") throw createDamageError(path, verdict);
  } catch (error) {
    throw toApplianceError(error, path);
  }
}

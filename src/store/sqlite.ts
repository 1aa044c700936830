/** The only door to better-sqlite3: opening a file, and what its errors mean for us. */
import type BetterSqlite3 from "better-sqlite3";

import { ApplianceError, type ErrorKind } from "../base/errors.ts";

export type Sqlite = BetterSqlite3.Database;

/** Older runtimes do not refuse the native part of better-sqlite3 13: they die without a word. */
const NAPI_VERSION_MIN = 10;

export async function openSqlite(
  path: string,
  options: { busyTimeoutMs: number },
): Promise<Sqlite> {
  if (Number(process.versions["napi"]) < NAPI_VERSION_MIN) {
    throw new ApplianceError(
      "internal",
      `Node ${process.version} is too old for the database. Run Nightjar with Node 24.`,
    );
  }
  const { default: Database } = await import("better-sqlite3");
  try {
    return new Database(path, { timeout: options.busyTimeoutMs });
  } catch (error) {
    throw toApplianceError(error, path);
  }
}

export function createDamageError(path: string, cause: unknown): ApplianceError {
  return new ApplianceError(
    "internal",
    `The database ${path} is damaged. Nothing was deleted; restore a backup of it.`,
    { cause, details: { isDamaged: true } },
  );
}

/** The disk does not give what is in the file, which may be sound. */
export function createUnreadableError(path: string, cause: unknown): ApplianceError {
  return new ApplianceError("unavailable", toUnreadable(path), { cause });
}

function toUnreadable(path: string): string {
  return `The database ${path} cannot be read or written. Check the disk and permissions.`;
}

export function isDamageError(error: unknown): boolean {
  return error instanceof ApplianceError && error.details["isDamaged"] === true;
}

/** An SQLite failure as a kind and a sentence; anything else comes back as it was. */
export function toApplianceError(error: unknown, path: string): unknown {
  const code = toSqliteCode(error);
  if (code === null || error instanceof ApplianceError) return error;
  if (isPlain(code, "CORRUPT", "NOTADB")) return createDamageError(path, error);
  const { kind, message, details } = toMeaning(code, path);
  return new ApplianceError(kind, message, { cause: error, details: { code, ...details } });
}

function toSqliteCode(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : null;
}

function toMeaning(
  code: string,
  path: string,
): { kind: ErrorKind; message: string; details?: Record<string, unknown> } {
  if (isPlain(code, "FULL")) {
    const message = `The disk under ${path} is full. Free some space.`;
    return { kind: "exhausted", message, details: { problem: "disk-full", status: 503 } };
  }
  // Under an open file a disk that turned read-only is a write that fails, as is one that is broken.
  if (isPlain(code, "READONLY", "IOERR_WRITE", "IOERR_FSYNC", "IOERR_TRUNCATE")) {
    const message = `Nothing can be written to ${path}. Check the disk and its mount.`;
    return { kind: "unavailable", message, details: { problem: "storage-readonly" } };
  }
  if (isPlain(code, "BUSY", "LOCKED")) {
    return {
      kind: "unavailable",
      message: `Another program keeps the database ${path} locked. Close it.`,
    };
  }
  if (isPlain(code, "IOERR", "CANTOPEN", "PERM")) {
    return { kind: "unavailable", message: toUnreadable(path) };
  }
  return { kind: "internal", message: `The database ${path} refused a statement (${code}).` };
}

/** Extended codes begin with the plain one: SQLITE_IOERR_WRITE, SQLITE_BUSY_SNAPSHOT. */
function isPlain(code: string, ...plain: string[]): boolean {
  return plain.some((each) => code.startsWith(`SQLITE_${each}`));
}

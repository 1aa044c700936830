/**
 * The audit log: who did what, when, to what, from where, and whether it was allowed. Rows are only
 * added, and each is linked to the one before by a hash, so that a row that was changed, taken out or
 * cut off the end by whoever can write to the file is found. A year is kept, at least.
 */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { AuditEntry, AuditRow, AuditStore } from "../store/audit.ts";

/** A day more than the database's year, so that the two never quarrel. */
const KEPT_MS = 367 * 24 * 3_600_000;
/** A script that is refused again and again is one row a minute. */
const SAME_REFUSAL_MS = 60_000;
const ROWS_AT_ONCE = 1_000;

export interface Audit {
  /**
   * Never throws: what cannot be written, because the disk is full, stands in the journal, and does
   * not keep the admin from making room.
   */
  record(entry: Omit<AuditEntry, "at">): void;
  /** Newest first; a row's id is the cursor of what comes after it. */
  list(query: { beforeId: number | undefined; limit: number }): AuditRow[];
  verify(): Promise<Verdict>;
}

export interface Verdict {
  rowsChecked: number;
  /** The first row that is not as it was written, or is missing; null when all are. */
  firstBroken: number | null;
}

export function createAudit(parts: { store: AuditStore; clock: Clock; log: Log }): Audit {
  const { store, clock, log } = parts;

  const isSameRefusal = (entry: AuditEntry): boolean => {
    if (entry.result !== "refused") return false;
    const last = store.newest();
    const isSame = last !== null && toText(0, last) === toText(0, entry);
    return isSame && Math.abs(entry.at - last.at) < SAME_REFUSAL_MS;
  };

  return {
    record(given) {
      const entry: AuditEntry = { ...given, at: clock.now() };
      try {
        store.removeOlder(entry.at - KEPT_MS);
        if (isSameRefusal(entry)) return;
        store.append(entry, (previousHash) => toHash(previousHash, entry));
      } catch (error) {
        log.error("a row of the audit log could not be written", { entry, error });
      }
    },
    list: store.list,
    verify: () => verify(store),
  };
}

async function verify(store: AuditStore): Promise<Verdict> {
  // A row that is added meanwhile is checked too, or comes after the end.
  const lastId = store.lastId();
  let rowsChecked = 0;
  let last: AuditRow | null = null;
  for await (const row of readAll(store)) {
    const expected: number = last ? last.id + 1 : row.id;
    if (row.id !== expected || !isIntact(row, last)) return { rowsChecked, firstBroken: expected };
    rowsChecked += 1;
    last = row;
  }
  const end = last?.id ?? 0;
  return { rowsChecked, firstBroken: end < lastId ? end + 1 : null };
}

/** Oldest first; other requests come between two batches. */
async function* readAll(store: AuditStore): AsyncGenerator<AuditRow> {
  let rows = store.readAfter(0, ROWS_AT_ONCE);
  while (rows.length > 0) {
    yield* rows;
    await setImmediate();
    rows = store.readAfter(rows.at(-1)?.id ?? 0, ROWS_AT_ONCE);
  }
}

/** The oldest row that is kept says itself what came before it. */
function isIntact(row: AuditRow, previous: AuditRow | null): boolean {
  if (previous && row.previousHash !== previous.hash) return false;
  return row.hash === toHash(row.previousHash, row);
}

function toHash(previousHash: string, entry: AuditEntry): string {
  return createHash("sha256").update(previousHash).update(toText(entry.at, entry)).digest("hex");
}

/** As JSON, so that no two entries look the same; in this order for ever. */
function toText(at: number, entry: AuditEntry): string {
  const { action, userId, username, target, address, result } = entry;
  return JSON.stringify([at, action, userId, username, target, address, result]);
}

/** The rows of the audit log, oldest to newest; what a hash is made of, the caller knows. */
import { asc, desc, gt, gte, lt, sql } from "drizzle-orm";

import { auditRows } from "./audit-schema.ts";
import type { EdgeDatabase } from "./database.ts";

export interface AuditEntry {
  at: number;
  action: string;
  userId: string | null;
  username: string | null;
  target: string | null;
  address: string | null;
  result: "done" | "refused" | "failed";
}

export interface AuditRow extends AuditEntry {
  id: number;
  previousHash: string;
  hash: string;
}

export interface AuditStore {
  /** `seal` makes the hash that links the entry to the row before; of the first row there is none. */
  append(entry: AuditEntry, seal: (previousHash: string) => string): void;
  newest(): AuditRow | null;
  /** Newest first, those before a row. */
  list(query: { beforeId: number | undefined; limit: number }): AuditRow[];
  /** Oldest first, those after a row. */
  readAfter(id: number, limit: number): AuditRow[];
  /** Of the last row that was ever added, whether or not it is still there; 0 before the first. */
  lastId(): number;
  /**
   * Those before the first row that is younger: a row that a clock gone wrong stamped stays in its
   * place in the chain. The database refuses when any of them is younger than a year.
   */
  removeOlder(at: number): void;
}

export function createAuditStore(db: EdgeDatabase): AuditStore {
  const { orm } = db;
  const newest = (): AuditRow | null =>
    orm.select().from(auditRows).orderBy(desc(auditRows.id)).limit(1).get() ?? null;
  const oldest = orm
    .select({ id: auditRows.id })
    .from(auditRows)
    .orderBy(asc(auditRows.id))
    .limit(1)
    .prepare();

  return {
    append: (entry, seal) =>
      db.transaction(() => {
        const previousHash = newest()?.hash ?? "";
        const row = { ...entry, previousHash, hash: seal(previousHash) };
        orm.insert(auditRows).values(row).run();
      }),
    newest,
    list: ({ beforeId, limit }) =>
      orm
        .select()
        .from(auditRows)
        .where(beforeId === undefined ? undefined : lt(auditRows.id, beforeId))
        .orderBy(desc(auditRows.id))
        .limit(limit)
        .all(),
    readAfter: (id, limit) =>
      orm
        .select()
        .from(auditRows)
        .where(gt(auditRows.id, id))
        .orderBy(asc(auditRows.id))
        .limit(limit)
        .all(),
    lastId: () =>
      orm.get<{ seq: number } | undefined>(
        sql`select seq from sqlite_sequence where name = 'audit_rows'`,
      )?.seq ?? 0,
    removeOlder(at) {
      const first = orm
        .select({ id: auditRows.id })
        .from(auditRows)
        .where(gte(auditRows.at, at))
        .orderBy(asc(auditRows.id))
        .limit(1)
        .get();
      if (!first || first.id === oldest.get()?.id) return;
      db.transaction(() => orm.delete(auditRows).where(lt(auditRows.id, first.id)).run());
    },
  };
}

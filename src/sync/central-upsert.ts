/** The one statement that writes rows to the centre, in the two forms that its engines know. */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { MySqlTable } from "drizzle-orm/mysql-core";

import { ApplianceError } from "../base/errors.ts";
import type { CentralSession } from "./central-session.ts";

export type Row = Readonly<Record<string, string | number | Uint8Array | null>>;

export interface UpsertKey {
  /** The field by which the newer of two rows is told. */
  newerBy: string;
  /** The fields of the table's own key, never assigned. */
  identity: readonly string[];
}

export type Upsert = (table: MySqlTable, rows: readonly Row[], key: UpsertKey) => Promise<void>;

/**
 * Written out, because a query builder takes longer for a thousand rows than the database does. The
 * newer form is asked for only where the older one is gone; MariaDB knows only the older.
 */
export function createUpsert({ connection, ask }: CentralSession): Upsert {
  let form: UpsertForm = "values";

  return async (table, rows, key) => {
    if (rows.length === 0) return;
    const fields = Object.keys(getTableColumns(table)).filter(isSent);
    const values = rows.map((row) => fields.map((field) => row[field] ?? null));
    const send = () => ask(() => connection.query(toUpsert(table, form, key), [values]));
    try {
      await send();
    } catch (error) {
      if (form === "alias" || !isNotUnderstood(error)) throw error;
      form = "alias";
      await send();
    }
  };
}

export type UpsertForm = "values" | "alias";

/** The assignments go from left to right, so what tells the newer row is assigned last. */
export function toUpsert(table: MySqlTable, form: UpsertForm, key: UpsertKey): string {
  const columns = getTableColumns(table);
  const name = quote(getTableName(table));
  const sent = Object.keys(columns).filter(isSent);
  const nameOf = (field: string): string => quote(columns[field]?.name ?? field);
  const old = (field: string): string => `${name}.${nameOf(field)}`;
  const offered = (field: string): string =>
    form === "values" ? `VALUES(${nameOf(field)})` : `sent.${nameOf(field)}`;
  const isNewer = `${offered(key.newerBy)} > ${old(key.newerBy)}`;
  const assign = (field: string, value: string): string =>
    `${nameOf(field)} = IF(${isNewer}, ${value}, ${old(field)})`;
  const assignments = [
    ...sent
      .filter((field) => field !== key.newerBy && !key.identity.includes(field))
      .map((field) => assign(field, offered(field))),
    assign(RECEIVED_AT, "CURRENT_TIMESTAMP(3)"),
    assign(key.newerBy, offered(key.newerBy)),
  ];
  const alias = form === "alias" ? " AS sent" : "";
  return (
    `INSERT INTO ${name} (${sent.map(nameOf).join(", ")}) VALUES ?${alias} ` +
    `ON DUPLICATE KEY UPDATE ${assignments.join(", ")}`
  );
}

/** The centre's own clock says when it received a row. */
const RECEIVED_AT = "receivedAt";

function isSent(field: string): boolean {
  return field !== RECEIVED_AT;
}

function quote(name: string): string {
  return `\`${name}\``;
}

function isNotUnderstood(error: unknown): boolean {
  return error instanceof ApplianceError && error.details["driver"] === "ER_PARSE_ERROR";
}

/**
 * A box sees its own rows of each table through views, and nothing else: what the owner of the centre
 * grants, and how the box finds it. Where the engine has no views (a sharded Vitess) it is the tables
 * themselves.
 */
import { createHash } from "node:crypto";

import type { CentralSession } from "./central-session.ts";
import { TABLES, type TableName } from "./central-tables.ts";

const VIEW_CHARACTERS_MAX = 64;

/** The view by which one site sees its own rows of a table. */
export function toViewName(table: TableName, siteId: string): string {
  const name = `${table}__${siteId.replaceAll("-", "_")}`;
  if (name.length <= VIEW_CHARACTERS_MAX) return name;
  const mark = createHash("sha256").update(siteId).digest("hex").slice(0, 12);
  return `${name.slice(0, VIEW_CHARACTERS_MAX - mark.length - 1)}_${mark}`;
}

/** The views of this site where its account has them, else the tables themselves. */
export async function findNames(
  { connection, ask }: CentralSession,
  siteId: string,
): Promise<(table: TableName) => string> {
  const views = TABLES.map((table) => toViewName(table, siteId));
  const question = views.map(() => NAME_OF_TABLE).join(" UNION ALL ");
  const [rows] = await ask(() => connection.query(question, views));
  const found = new Set((rows as { name: string }[]).map(({ name }) => name));
  return (table) => {
    const view = toViewName(table, siteId);
    return found.has(view) ? view : table;
  };
}

/** Whether it is there, and the account may do something with it. */
export async function seesTable(
  { connection, ask }: CentralSession,
  name: string,
): Promise<boolean> {
  const [rows] = await ask(() => connection.query(NAME_OF_TABLE, [name]));
  return (rows as unknown[]).length > 0;
}

/** One name at a time: asked for a list, MariaDB walks through the views of every other site. */
const NAME_OF_TABLE =
  "SELECT table_name AS name FROM information_schema.tables " +
  "WHERE table_schema = DATABASE() AND table_name = ?";

/** Statements in order, each without its semicolon. The password is for the owner to fill in. */
export function toGrants(
  siteId: string,
  options: { database: string; user: string; withViews: boolean },
): string[] {
  const account = `'${options.user}'@'%'`;
  const database = quote(options.database);
  const site = `'${siteId}'`;
  const made = `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY 'a long random password' REQUIRE SSL`;
  const meta = `GRANT SELECT ON ${database}.\`schema_meta\` TO ${account}`;
  const perTable = TABLES.flatMap((table) => {
    const base = `${database}.${quote(table)}`;
    if (!options.withViews) return [`GRANT SELECT, INSERT, UPDATE ON ${base} TO ${account}`];
    const view = `${database}.${quote(toViewName(table, siteId))}`;
    return [
      `CREATE OR REPLACE SQL SECURITY DEFINER VIEW ${view} AS SELECT * FROM ${base} ` +
        `WHERE site_id = ${site} WITH CASCADED CHECK OPTION`,
      `GRANT SELECT, INSERT, UPDATE ON ${view} TO ${account}`,
    ];
  });
  return [made, meta, ...perTable];
}

function quote(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}

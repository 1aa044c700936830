/**
 * What the owner of the centre grants to one box: its own rows of each table through views, and
 * nothing else. Where the engine has no views (a sharded Vitess), the tables themselves.
 */
import { TABLES, toViewName } from "./central-tables.ts";

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

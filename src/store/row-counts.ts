/** How much of what the database holds, for whoever helps from afar. */
import { sql } from "drizzle-orm";

import type { EdgeDatabase } from "./database.ts";

/** By table. */
export function countRows({ orm }: EdgeDatabase): Record<string, number> {
  const named = sql`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`;
  const names = orm.all<{ name: string }>(named).map(({ name }) => name);
  const counts = names.sort().map((name): [string, number] => {
    const [row] = orm.all<{ count: number }>(
      sql`select count(*) count from ${sql.identifier(name)}`,
    );
    return [name, row?.count ?? 0];
  });
  return Object.fromEntries(counts);
}

/**
 * What kills did to the events and jobs of a data folder, by its rows. Every description ever written
 * leaves a mark there, so that a second one for an event shows.
 */
import { join } from "node:path";

import { sql } from "drizzle-orm";

import { createLog } from "../../src/base/log.ts";
import { openDatabase } from "../../src/store/database.ts";
import { isLedgerTrue } from "./ledger-recount.ts";

export interface KillReport {
  kills: number;
  /** By point; `random` for the others. */
  killsAt: Record<string, number>;
  acknowledged: number;
  /** Acknowledged and gone, or without a job. */
  lost: number;
  describedTwice: number;
  /** Neither described nor given up when all was drained. */
  stranded: number;
  /** Given up after bad answers, or after deaths with their picture in hand. */
  givenUp: number;
  ledgerBalanced: boolean;
  /** The database's own word on its file. */
  isIntact: boolean;
}

const log = createLog({ level: "silent" });

/** While nobody else has the folder open. */
export async function markDescriptions(folder: string): Promise<void> {
  await using db = await openDatabase({ path: join(folder, "nightjar.db"), log });
  db.orm.run(sql`create table results (event_id text not null)`);
  db.orm.run(sql`create index results_by_event on results (event_id)`);
  for (const change of ["insert", "update"]) {
    db.orm.run(
      sql.raw(`create trigger results_${change} after ${change} on descriptions
        begin insert into results values (new.motion_event_id); end`),
    );
  }
}

/** Once all is drained and nobody else has the folder open. */
export async function examine(
  folder: string,
  accepted: readonly string[],
): Promise<Omit<KillReport, "kills" | "killsAt">> {
  await using db = await openDatabase({ path: join(folder, "nightjar.db"), log });
  const rows = db.orm.all<Row>(
    sql`select e.id, e.analysis_status as status, j.state,
        (select count(*) from results r where r.event_id = e.id) as results
      from motion_events e left join analysis_jobs j on j.motion_event_id = e.id`,
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const [verdict] = db.orm.all<object>(sql`select * from pragma_integrity_check`);
  return {
    acknowledged: accepted.length,
    lost: accepted.filter((id) => !found.get(id)?.state).length,
    describedTwice: rows.filter(({ results }) => results > 1).length,
    stranded: rows.filter((row) => !isGivenUp(row) && !isDescribed(row)).length,
    givenUp: rows.filter(isGivenUp).length,
    ledgerBalanced: isLedgerTrue(db),
    isIntact: Object.values(verdict ?? {}).join() === "ok",
  };
}

interface Row {
  id: string;
  status: string;
  state: string | null;
  /** How many descriptions were written for it. */
  results: number;
}

function isGivenUp({ status, state, results }: Row): boolean {
  return status === "failed" && state === "dead" && results === 0;
}

function isDescribed({ status, state, results }: Row): boolean {
  return (status === "done" || status === "reused") && state === "done" && results >= 1;
}

import { sql } from "drizzle-orm";

import type { EdgeDatabase } from "../../src/store/database.ts";
import { readLedger } from "../../src/store/ledger.ts";

/**
 * What the ledger tells against a count of all rows: each camera's sum, each status, and each
 * unfinished event against its one job.
 */
export function isLedgerTrue(db: EdgeDatabase): boolean {
  const told = readLedger(db).map((line) => JSON.stringify(line));
  const counted = db.orm.all<Record<string, unknown>>(sql`
    select camera_id as cameraId, count(*) as captured,
      count(*) filter (where analysis_status = 'done') as described,
      count(*) filter (where analysis_status = 'reused') as reused,
      count(*) filter (where analysis_status = 'skipped') as skipped,
      count(*) filter (where analysis_status = 'failed') as failed,
      count(*) filter (where analysis_status in ('pending', 'running')) as waiting,
      count(*) filter (where analysis_status = 'disabled') as disabled
    from motion_events group by camera_id order by camera_id`);
  const [{ jobless } = { jobless: 1 }] = db.orm.all<{ jobless: number }>(sql`
    select count(*) as jobless from motion_events e
    where analysis_status in ('pending', 'running') and not exists (
      select 1 from analysis_jobs j
      where j.motion_event_id = e.id and j.state in ('waiting', 'ready', 'leased'))`);
  const adds = counted.every(
    ({ cameraId, captured, ...ends }) =>
      captured === Object.values(ends).reduce<number>((sum, count) => sum + Number(count), 0),
  );
  return adds && jobless === 0 && told.join() === counted.map((row) => JSON.stringify(row)).join();
}

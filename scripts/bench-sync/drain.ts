/** How fast a backlog goes up, beside plain inserts of the same rows into a table of the same form. */
import { createConnection, type RowDataPacket } from "mysql2/promise";

import { systemClock } from "../../src/base/clock.ts";
import { openCentre } from "../../src/sync/centre.ts";
import type { MariaDb } from "../../test/support/mariadb.ts";
import { createDescription } from "../../test/support/sample-events.ts";
import { drain, openSyncBox, type SyncBox } from "../../test/support/sync-box.ts";
import { openTempFolder } from "../../test/support/temp-folder.ts";

const STORED_AT_ONCE = 1_000;
const INSERTED_AT_ONCE = 1_000;

/** A site of its own; `port`: of the server, or of a line to it. */
export function createBoxCourier(box: SyncBox, siteId: string, { url, port }: Target) {
  const address = new URL(url);
  address.port = String(port);
  return box.createCourier((signal) =>
    openCentre({
      address: { url: address.href, tls: { mode: "auto", ca: null } },
      site: { id: siteId, name: siteId },
      claim: box.site,
      clock: systemClock,
      signal,
    }),
  );
}

export interface Target {
  url: string;
  port: number;
}

export function store(box: SyncBox, count: number): void {
  for (let stored = 0; stored < count; stored += STORED_AT_ONCE) {
    box.db.transaction(() => {
      for (let at = 0; at < Math.min(STORED_AT_ONCE, count - stored); at += 1) {
        const { id } = box.add({ startedAt: Math.round(systemClock.now()) });
        box.describe(id, createDescription(id).description);
      }
    });
  }
}

export interface Drained {
  seconds: number;
  /** Of the first and of the last fifth of the rows, how many a second. */
  firstRate: number;
  lastRate: number;
}

export async function measureDrain(
  siteId: string,
  count: number,
  target: Target,
): Promise<Drained> {
  await using folder = await openTempFolder();
  await storeIn(folder.path, siteId, { count, target });
  await using box = await openSyncBox(folder.path);
  const startedAt = systemClock.monotonic();
  const reached = new Map<number, number>();
  const progress = watchClearing(box, (cleared) => {
    for (const mark of [0.2, 0.8, 1]) {
      if (cleared >= mark * count && !reached.has(mark)) reached.set(mark, systemClock.monotonic());
    }
  });
  const courier = createBoxCourier(box, siteId, target);
  await drain(box, courier, () => progress.cleared >= count);
  const secondsTo = (share: number) => ((reached.get(share) ?? Number.NaN) - startedAt) / 1000;
  const fifth = count / 5;
  return {
    seconds: secondsTo(1),
    firstRate: fifth / secondsTo(0.2),
    lastRate: fifth / (secondsTo(1) - secondsTo(0.8)),
  };
}

/** An outage's backlog: the centre knew the site before. Thousands of statements go with the handle. */
async function storeIn(
  folder: string,
  siteId: string,
  { count, target }: { count: number; target: Target },
): Promise<void> {
  await using box = await openSyncBox(folder);
  await drain(box, createBoxCourier(box, siteId, target));
  store(box, count);
}

/** Asking the database how far it is would cost more than to send the rows. */
function watchClearing(box: SyncBox, onCleared: (cleared: number) => void) {
  const { clear } = box.marks;
  const progress = { cleared: 0 };
  box.marks.clear = (sent, now) => {
    clear(sent, now);
    progress.cleared += sent.length;
    onCleared(progress.cleared);
  };
  return progress;
}

/** Seconds for all rows of a site into an empty table of the same form, a thousand in a statement. */
export async function measureBareInsert(siteId: string, database: MariaDb): Promise<number> {
  await database.query(
    "DROP TABLE IF EXISTS bare_events",
    "CREATE TABLE bare_events LIKE motion_events",
  );
  const uri = database.url();
  await using opened = new AsyncDisposableStack();
  const connection = await createConnection({ uri, timezone: "Z", dateStrings: true });
  opened.defer(() => connection.destroy());
  const [rows] = await connection.query<RowDataPacket[]>(
    "SELECT * FROM motion_events WHERE site_id = ? ORDER BY event_id",
    [siteId],
  );
  const names = Object.keys(rows[0] ?? {});
  const values = rows.map((row) => names.map((name) => row[name]));
  const startedAt = systemClock.monotonic();
  for (let at = 0; at < values.length; at += INSERTED_AT_ONCE) {
    const some = values.slice(at, at + INSERTED_AT_ONCE);
    await connection.query(`INSERT INTO bare_events (${names.join(", ")}) VALUES ?`, [some]);
  }
  return (systemClock.monotonic() - startedAt) / 1000;
}

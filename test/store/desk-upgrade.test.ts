import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { sql } from "drizzle-orm";
import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore } from "../../src/store/events.ts";
import { createJobStore } from "../../src/store/jobs.ts";
import { MIGRATIONS_FOLDER } from "../../src/store/migrations.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const log = createLog({ level: "silent" });

test("jobs of a version without turns get their camera and urgency, and are counted", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "nightjar.db");
  {
    const migrationsFolder = await keepMigrations(folder.path, 2);
    await using db = await openDatabase({ path, log, migrationsFolder });
    db.orm.run(sql`insert into cameras values ('yard', 'Yard', 1)`);
    for (const [id, priority, state] of [
      ["a", 1_000_000, "waiting"],
      ["b", 900, "dead"],
      ["c", 500, "waiting"],
      ["d", 300, "waiting"],
    ]) {
      db.orm.run(sql`
        insert into motion_events values
          (${id}, 'yard', 1, 2, 1, 0.5, 0.5, '[]', null, 'pending', 'Waits.', 'Motion.', 1)`);
      db.orm.run(sql`
        insert into analysis_jobs
          (id, motion_event_id, state, priority, captured_at, requested_at, available_at)
        values (${`job ${id}`}, ${id}, ${state}, ${priority}, 1, 1, 0)`);
    }
  }

  await using db = await openDatabase({ path, log });
  const jobs = createJobStore(db);
  expect(jobs.counts()).toMatchObject({
    waiting: 3,
    waitingByUrgency: { asked: 1, urgent: 0, ordinary: 1, low: 1 },
    dead: 1,
  });
  expect(jobs.due(1, []).candidates.map(({ id, cameraId }) => `${id} ${cameraId}`)).toEqual(
    expect.arrayContaining(["job a yard", "job c yard", "job d yard"]),
  );
  expect(createEventStore(db).ledger()).toMatchObject([{ captured: 4, waiting: 4 }]);
});

/** A copy of the first so many migrations, as an older version brought them. */
async function keepMigrations(folder: string, count: number): Promise<string> {
  const migrations = join(folder, "migrations");
  await cp(MIGRATIONS_FOLDER, migrations, { recursive: true });
  const path = join(migrations, "meta/_journal.json");
  const journal = JSON.parse(await readFile(path, "utf8"));
  journal.entries.length = count;
  await writeFile(path, JSON.stringify(journal));
  return migrations;
}

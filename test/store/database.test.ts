import { copyFile, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { generateSQLiteDrizzleJson, generateSQLiteMigration } from "drizzle-kit/api";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import * as accountSchema from "../../src/store/account-schema.ts";
import * as auditSchema from "../../src/store/audit-schema.ts";
import * as cameraSchema from "../../src/store/camera-schema.ts";
import { openDatabase } from "../../src/store/database.ts";
import * as deskSchema from "../../src/store/desk-schema.ts";
import { createEventStore } from "../../src/store/events.ts";
import * as feedSchema from "../../src/store/feed-schema.ts";
import { MIGRATIONS_FOLDER } from "../../src/store/migrations.ts";
import * as schema from "../../src/store/schema.ts";
import * as syncSchema from "../../src/store/sync-schema.ts";
import * as tokenSchema from "../../src/store/token-schema.ts";
import { createMotionEvent } from "../support/sample-events.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const log = createLog({ level: "silent" });

test("a new database survives power cuts and keeps its foreign keys", async () => {
  await using folder = await openTempFolder();
  await using db = await openDatabase({ path: join(folder.path, "data/nightjar.db"), log });

  expect(db.orm.get(sql`pragma journal_mode`)).toEqual({ journal_mode: "wal" });
  expect(db.orm.get(sql`pragma synchronous`)).toEqual({ synchronous: 2 });
  expect(db.orm.get(sql`pragma busy_timeout`)).toEqual({ timeout: 5000 });
  expect(db.orm.get(sql`pragma foreign_keys`)).toEqual({ foreign_keys: 1 });
});

test("D4: a second one on the same folder is refused, until the first has closed", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "nightjar.db");
  {
    await using _db = await openDatabase({ path, log });
    await expect(openDatabase({ path, log })).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("Another Nightjar is already running"),
    });
  }
  await using again = await openDatabase({ path, log });
  expect(again.path).toBe(path);
});

test("closing leaves one file that is the whole database", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "nightjar.db");
  const event = createMotionEvent();
  {
    await using db = await openDatabase({ path, log });
    createEventStore(db).insert(event, null);
  }
  const copy = join(folder.path, "copy/nightjar.db");
  await mkdir(join(folder.path, "copy"));
  await copyFile(path, copy);
  await using db = await openDatabase({ path: copy, log });
  expect(createEventStore(db).find(event.id)).toMatchObject({ id: event.id });
});

test("D8: a database of a newer version is refused, and stays as it is", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "nightjar.db");
  const newer = await addMigration(folder.path, "alter table cameras add column room text");
  {
    await using _db = await openDatabase({ path, log, migrationsFolder: newer });
  }
  const before = await readFile(path);
  await expect(openDatabase({ path, log })).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("newer or different Nightjar"),
  });
  expect(await readFile(path)).toEqual(before);
});

test("an upgrade copies the old database aside and loses no child of a recreated table", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "nightjar.db");
  const events = [createMotionEvent(), createMotionEvent()];
  {
    await using db = await openDatabase({ path, log });
    const store = createEventStore(db);
    for (const event of events) store.insert(event, { availableAt: 0, priority: 1 });
  }
  const migrationsFolder = await addMigration(
    folder.path,
    `PRAGMA foreign_keys=OFF;--> statement-breakpoint
    create table new_cameras (id text primary key not null, name text not null, first_seen_at integer not null, room text);--> statement-breakpoint
    insert into new_cameras select id, name, first_seen_at, null from cameras;--> statement-breakpoint
    drop table cameras;--> statement-breakpoint
    alter table new_cameras rename to cameras;`,
  );

  await using db = await openDatabase({ path, log, migrationsFolder });
  expect(db.orm.get(sql`select count(*) as rows from motion_events`)).toEqual({ rows: 2 });
  expect(db.orm.get(sql`select count(*) as rows from analysis_jobs`)).toEqual({ rows: 2 });
  expect(db.orm.get(sql`pragma foreign_keys`)).toEqual({ foreign_keys: 1 });
  const copies = (await readdir(folder.path)).filter((name) => /\.before-\d+$/.test(name));
  expect(copies).toHaveLength(1);

  await mkdir(join(folder.path, "old"));
  await copyFile(join(folder.path, copies[0] ?? ""), join(folder.path, "old/nightjar.db"));
  await using old = await openDatabase({ path: join(folder.path, "old/nightjar.db"), log });
  expect(createEventStore(old).list({ limit: 10 }).items).toHaveLength(2);
});

test("D8: a failed upgrade changes nothing and says so", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "nightjar.db");
  {
    await using _db = await openDatabase({ path, log });
  }
  const migrationsFolder = await addMigration(
    folder.path,
    "alter table cameras add column room text;--> statement-breakpoint\ncreate nonsense;",
  );
  await expect(openDatabase({ path, log, migrationsFolder })).rejects.toThrow(
    "could not be upgraded and is as it was before",
  );
  await using db = await openDatabase({ path, log });
  expect(
    db.orm.all(sql`select name from pragma_table_info('cameras') where name = 'room'`),
  ).toEqual([]);
});

test.for([
  ["its header", 0],
  ["its middle", 8192],
] as const)(
  "a database with garbage in %s is refused with a sentence, never deleted",
  async ([_where, offset]) => {
    await using folder = await openTempFolder();
    const path = join(folder.path, "nightjar.db");
    {
      await using _db = await openDatabase({ path, log });
    }
    const bytes = await readFile(path);
    bytes.fill(0xa5, offset, offset + 8192);
    await writeFile(path, bytes);

    await expect(openDatabase({ path, log })).rejects.toMatchObject({
      kind: "internal",
      message: expect.stringContaining("is damaged"),
    });
    expect(await readFile(path)).toEqual(bytes);
  },
);

test("the migrations say what the schema says", async () => {
  const journal = await readJournal(MIGRATIONS_FOLDER);
  const last = String(journal.entries.length - 1).padStart(4, "0");
  const snapshot = JSON.parse(
    await readFile(join(MIGRATIONS_FOLDER, `meta/${last}_snapshot.json`), "utf8"),
  );
  const now = await generateSQLiteDrizzleJson(
    {
      ...{ ...schema, ...deskSchema, ...accountSchema },
      ...{ ...auditSchema, ...tokenSchema, ...feedSchema, ...cameraSchema, ...syncSchema },
    },
    snapshot.id,
  );
  expect(await generateSQLiteMigration(snapshot, now)).toEqual([]);
});

test("the migrations' stamps rise, or a late one would be passed over in silence", async () => {
  const stamps = (await readJournal(MIGRATIONS_FOLDER)).entries.map(({ when }) => when);
  expect(stamps).toEqual([...new Set(stamps)].sort((a, b) => a - b));
});

interface Journal {
  entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[];
}

async function readJournal(migrationsFolder: string): Promise<Journal> {
  return JSON.parse(await readFile(join(migrationsFolder, "meta/_journal.json"), "utf8"));
}

/** A copy of our migrations with one more, as the next version will bring. */
async function addMigration(folder: string, statements: string): Promise<string> {
  const migrations = join(folder, "migrations");
  await cp(MIGRATIONS_FOLDER, migrations, { recursive: true });
  const journal = await readJournal(migrations);
  const last = journal.entries.at(-1) as Journal["entries"][0];
  const next = { ...last, idx: last.idx + 1, when: last.when + 1000, tag: "9999_next" };
  journal.entries.push(next);
  await writeFile(join(migrations, "9999_next.sql"), statements);
  await writeFile(join(migrations, "meta/_journal.json"), JSON.stringify(journal));
  return migrations;
}

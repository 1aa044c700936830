/**
 * A database that is damaged is moved aside whole and never deleted; the newest good backup takes its
 * place, and what can still be read of the damaged one is added to it. What is read may be anything:
 * each row stands or falls by itself, by the checks of the schema.
 */
import { copyFile, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { placeBackup, readBackup } from "./backup-file.ts";
import { openSqlite, type Sqlite } from "./sqlite.ts";
import { makeFolder, syncNames, UNFINISHED } from "./whole-file.ts";

export interface Recovery {
  /** Where the damaged database lies now. */
  quarantine: string;
  /** The file's name; null when there was no good one. */
  backup: string | null;
  /** Rows that the backup did not have. */
  salvaged: number;
}

export const BACKUP_NAME = /^nightjar-[\dTZ.-]+\.backup$/;

/** Moves it aside and puts the newest good backup there; without one nothing is there afterwards. */
export async function replaceDamaged(
  path: string,
  options: { backups: string; stamp: string; log: Log; check: (sqlite: Sqlite) => void },
): Promise<Omit<Recovery, "salvaged">> {
  const { backups, stamp, log, check } = options;
  const quarantine = join(dirname(path), "quarantine", `database-${stamp}`);
  await moveAside(path, quarantine);
  const names = (await readdir(backups).catch(() => [])).filter((name) => BACKUP_NAME.test(name));
  for (const name of names.sort().reverse()) {
    try {
      await readBackup(join(backups, name), check);
      await placeBackup(join(backups, name), path);
      return { quarantine, backup: name };
    } catch (error) {
      log.warn("backup passed over", { name, reason: toSentence(error) });
    }
  }
  return { quarantine, backup: null };
}

/** With its log of writes, which may be newer than it. */
export async function moveAside(path: string, folder: string): Promise<void> {
  await makeFolder(folder);
  for (const suffix of ["", "-wal", "-shm"]) {
    await rename(path + suffix, join(folder, basename(path) + suffix)).catch(ignoreMissing);
  }
  for (const place of [folder, dirname(path)]) await syncNames(place);
}

export function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
}

/** Adds what can be read; answers how many rows. Within a transaction of the whole database. */
export async function salvage(whole: Sqlite, path: string, quarantine: string): Promise<number> {
  const damaged = await openDamaged(path, join(quarantine, basename(path)));
  if (!damaged) return 0;
  try {
    return whole.transaction(() => {
      let count = 0;
      for (const table of TABLES) count += addRows(whole, damaged.sqlite, table);
      mend(whole);
      return count;
    })();
  } finally {
    await damaged.close();
  }
}

/** Parents first; the others are made of these, or are not worth the risk. */
const TABLES = [
  ...["cameras", "users", "api_tokens", "added_cameras", "motion_events", "descriptions"],
  ...["earlier_pictures", "analysis_jobs", "tamperings", "daily_digests", "camera_downtimes"],
];

/**
 * A copy of it, since reading may write. Where the first page tells nothing, the head of a sound
 * database of the same kind stands in for it.
 */
async function openDamaged(
  path: string,
  original: string,
): Promise<{ sqlite: Sqlite; close(): Promise<void> } | null> {
  const copy = join(dirname(original), `readable${UNFINISHED}`);
  const remove = async (): Promise<void> => {
    for (const suffix of ["", "-wal", "-shm"]) await rm(copy + suffix, { force: true });
  };
  for (const headBytes of [0, HEAD_BYTES, PAGE_BYTES]) {
    await remove();
    await copyFile(original, copy);
    await copyFile(`${original}-wal`, `${copy}-wal`).catch(ignoreMissing);
    if (headBytes > 0) await lendHead(path, copy, headBytes);
    const sqlite = await openSqlite(copy, { busyTimeoutMs: 0 });
    try {
      sqlite.prepare("select count(*) from motion_events").get();
    } catch {
      sqlite.close();
      continue;
    }
    return {
      sqlite,
      async close() {
        sqlite.close();
        await remove();
      },
    };
  }
  await remove();
  return null;
}

const HEAD_BYTES = 100;
const PAGE_BYTES = 4096;
/** Where the head says for which change its number of pages holds: for none. */
const VALID_FOR_OFFSET = 92;

async function lendHead(path: string, copy: string, bytes: number): Promise<void> {
  const head = Buffer.alloc(bytes);
  await using sound = await open(path, "r");
  await sound.read(head, 0, bytes, 0);
  head.writeUInt32BE(0, VALID_FOR_OFFSET);
  await using file = await open(copy, "r+");
  await file.write(head, 0, bytes, 0);
}

function addRows(whole: Sqlite, damaged: Sqlite, table: string): number {
  const columns = columnsOf(whole, table);
  const known = columnsOf(damaged, table);
  const common = columns.filter((name) => known.includes(name));
  if (common.length === 0) return 0;
  const conflict = table === "motion_events" ? toNewer(common) : "on conflict do nothing";
  const insert = whole.prepare(
    `insert into ${table} (${common.join(", ")}) values (${common.map(() => "?").join(", ")}) ${conflict}`,
  );
  let count = 0;
  for (const row of readRows(damaged, table, common)) {
    try {
      count += insert.run(row).changes;
    } catch {
      // A row that the schema refuses is damage, too.
    }
  }
  return count;
}

function columnsOf(sqlite: Sqlite, table: string): string[] {
  try {
    const columns = sqlite.pragma(`table_info(${table})`) as { name: string }[];
    return columns.map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Of an event that the backup has, too, the later state. */
function toNewer(columns: readonly string[]): string {
  const set = columns.map((name) => `${name} = excluded.${name}`).join(", ");
  return `on conflict (id) do update set ${set} where excluded.revision > motion_events.revision`;
}

/** Forwards, in ever longer steps over what cannot be read, and then from the end back to there. */
function* readRows(damaged: Sqlite, table: string, columns: readonly string[]) {
  const select = `select rowid, ${columns.join(", ")} from ${table}`;
  let last = 0;
  for (let step = 0; step <= STEP_MAX; step = Math.max(1, step * 2)) {
    try {
      const rows = damaged.prepare(`${select} where rowid > ? order by rowid`).raw();
      for (const [rowid, ...row] of rows.iterate(last + step) as Iterable<[number, ...unknown[]]>) {
        [last, step] = [rowid, 0];
        yield row;
      }
      break;
    } catch {}
  }
  try {
    const rows = damaged.prepare(`${select} where rowid > ? order by rowid desc`).raw();
    for (const [, ...row] of rows.iterate(last) as Iterable<unknown[]>) yield row;
  } catch {}
}

const STEP_MAX = 2 ** 30;

/** What was torn apart: children without parents, events that wait for no job and jobs for no event. */
function mend(whole: Sqlite): void {
  const orphans = whole.pragma("foreign_key_check") as { table: string; rowid: number }[];
  for (const { table, rowid } of orphans) {
    whole.prepare(`delete from ${table} where rowid = ?`).run(rowid);
  }
  whole.exec(`
    update motion_events set revision = revision + 1, analysis_status = 'failed',
      analysis_reason = 'Its job was lost with a damaged database. Ask for it again.'
    where analysis_status in ('pending', 'running', 'skipped') and not exists (
      select 1 from analysis_jobs where motion_event_id = motion_events.id
        and state not in ('done', 'dead'));
    update analysis_jobs set state = 'done', lock_id = null, leased_at = null
    where state not in ('done', 'dead') and not exists (
      select 1 from motion_events where id = motion_event_id
        and analysis_status in ('pending', 'running', 'skipped'));`);
}

/**
 * What is left after a power cut or a fault, once the product's own start has been over it: whether everything
 * that was told is there, the database sound, and every picture whole and named by a row.
 */
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { toSentence } from "../../src/base/errors.ts";
import { readBackup } from "../../src/store/backup-file.ts";
import { openSqlite, type Sqlite } from "../../src/store/sqlite.ts";
import { createManualClock } from "../../test/support/manual-clock.ts";
import { openBox } from "./box.ts";
import type { Said } from "./said.ts";

export interface Findings {
  /** What was told and is not there; one sentence each. */
  lost: string[];
  /** What is there and not as it should be. */
  corrupt: string[];
}

export async function inspect(options: {
  dataDir: string;
  /** All that was told before the cut. */
  said: readonly Said[];
  isWhole(picture: string, content: Buffer): boolean;
}): Promise<Findings> {
  const { dataDir, said, isWhole } = options;
  const findings: Findings = { lost: [], corrupt: [] };
  try {
    await using box = await openBox({ dataDir, clock: createManualClock(), sceneSeconds: 0 });
    const hasAdmin = said.some((each) => each.said === "admin");
    if (hasAdmin && box.setupCode !== null) findings.lost.push("the first admin");
  } catch (error) {
    findings.corrupt.push(`it does not start: ${toSentence(error)}`);
    return findings;
  }
  // A start mends what is damaged, from a backup; after a power cut there is nothing to mend.
  const aside = await readdir(join(dataDir, "quarantine")).catch(() => []);
  if (aside.some((name) => name.startsWith("database-"))) findings.corrupt.push("the database");

  const sqlite = await openSqlite(join(dataDir, "nightjar.db"), { busyTimeoutMs: 0 });
  try {
    const verdict = sqlite.pragma("integrity_check", { simple: true });
    if (verdict !== "ok") findings.corrupt.push(`the database: ${verdict}`);
    if ((sqlite.pragma("foreign_key_check") as unknown[]).length > 0) {
      findings.corrupt.push("rows without their parents");
    }
    findings.lost.push(...findLost(sqlite, said));
    findings.corrupt.push(...(await judgePictures(sqlite, join(dataDir, "pictures"), isWhole)));
  } finally {
    sqlite.close();
  }
  findings.lost.push(...(await findLostBackup(join(dataDir, "backups"), said)));
  return findings;
}

function findLost(sqlite: Sqlite, said: readonly Said[]): string[] {
  const leaving = new Set(said.flatMap((each) => (each.said === "leaving" ? [each.id] : [])));
  const event = sqlite.prepare(`
    select ended_at, important, exists (
      select 1 from descriptions where motion_event_id = motion_events.id) as is_described
    from motion_events where id = ?`);
  const camera = sqlite.prepare("select 1 from added_cameras where id = ?");
  const find = (each: Said): string | null => {
    switch (each.said) {
      case "camera":
        return camera.get(each.id) ? null : `the camera ${each.id}`;
      case "gone":
        return event.get(each.id) ? `the deletion of ${each.id}` : null;
      case "event":
      case "marked":
        return leaving.has(each.id) ? null : judgeEvent(each, event.get(each.id) as EventRow);
      case "admin":
      case "leaving":
      case "backup":
        return null;
      default:
        return each satisfies never;
    }
  };
  return said.flatMap((each) => find(each) ?? []);
}

type EventRow = { ended_at: number | null; important: number; is_described: number } | undefined;

function judgeEvent(
  told: Extract<Said, { said: "event" | "marked" }>,
  row: EventRow,
): string | null {
  if (!row) return `the event ${told.id}`;
  if (told.said === "marked") return row.important === 1 ? null : `the mark of ${told.id}`;
  if (told.hasEnded && row.ended_at === null) return `the end of ${told.id}`;
  if (told.isDescribed && row.is_described === 0) return `the description of ${told.id}`;
  return null;
}

/** A row names a whole picture, and every picture is named by a row. */
async function judgePictures(
  sqlite: Sqlite,
  folder: string,
  isWhole: (picture: string, content: Buffer) => boolean,
): Promise<string[]> {
  const named = sqlite
    .prepare(
      `select snapshot from motion_events where snapshot is not null
       union select snapshot from earlier_pictures`,
    )
    .pluck()
    .all() as string[];
  const wrong: string[] = [];
  for (const name of named) {
    const content = await readFile(join(folder, name)).catch(() => null);
    if (!content) wrong.push(`the picture ${name} is not there`);
    else if (!isWhole(name, content)) wrong.push(`the picture ${name} is not whole`);
  }
  for (const name of await readdir(folder)) {
    if (!named.includes(name)) wrong.push(`the picture ${name} belongs to no event`);
  }
  return wrong;
}

/** The newest that was told; older ones make room. */
async function findLostBackup(folder: string, said: readonly Said[]): Promise<string[]> {
  const newest = said.findLast((each) => each.said === "backup");
  if (!newest) return [];
  const path = join(folder, newest.file);
  try {
    await access(path);
    await readBackup(path, () => {});
    return [];
  } catch (error) {
    return [`the backup ${newest.file}: ${toSentence(error)}`];
  }
}

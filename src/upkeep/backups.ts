/**
 * In: a database that runs, and what lies beside it. Out: backups, one file each, by schedule and on
 * demand; of those by schedule the newest few are kept.
 * Never: a backup that was not looked through, or half of one.
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { type BackupPart, writeBackup } from "../store/backup-file.ts";
import { BACKUP_NAME } from "../store/recovery.ts";
import { makeFolder, UNFINISHED } from "../store/whole-file.ts";

export interface BackupReport {
  madeAt: number | null;
  /** Why the latest failed; null when it went well. */
  trouble: string | null;
}

export interface Backups {
  /** Among the others in the data folder; the oldest beyond the limit goes. */
  keepOne(): Promise<void>;
  /** At a path of one's own. */
  make(path: string): Promise<void>;
  report(): BackupReport;
}

export function createBackups(
  options: { dataDir: string; keep: number; configFile: string | null },
  ports: {
    clock: Pick<Clock, "now">;
    log: Log;
    /** Puts the database, as of one instant, at the path. */
    copyDatabase(to: string): Promise<unknown>;
  },
): Backups {
  const { dataDir, keep, configFile } = options;
  const folder = join(dataDir, "backups");
  let report: BackupReport = { madeAt: null, trouble: null };
  const make = async (path: string): Promise<void> => {
    await writeBackup(path, ports.copyDatabase, await readParts(dataDir, configFile));
  };
  return {
    make,
    report: () => report,
    async keepOne() {
      const now = ports.clock.now();
      const stamp = new Date(now).toISOString().replaceAll(":", "-");
      await makeFolder(folder, 0o700);
      try {
        await make(join(folder, `nightjar-${stamp}.backup`));
        report = { madeAt: now, trouble: null };
      } catch (error) {
        report = { ...report, trouble: toSentence(error) };
        ports.log.error("backup failed", { reason: toSentence(error) });
        return;
      }
      const names = (await readdir(folder)).sort();
      const old = names.filter((name) => BACKUP_NAME.test(name)).slice(0, -keep);
      const halves = names.filter((name) => name.endsWith(UNFINISHED));
      for (const name of [...old, ...halves]) await rm(join(folder, name));
    },
  };
}

/** What a box needs beside its rows to be the same box again; what is not there is left out. */
const FILES = ["vault-key", "jwt-secret"];
const FOLDERS = ["tls", "habits"];
/** The configuration lies elsewhere, and goes nowhere by itself. */
export const CONFIG_PART = "config/nightjar.yaml";

async function readParts(dataDir: string, configFile: string | null): Promise<BackupPart[]> {
  const names = [...FILES];
  for (const folder of FOLDERS) {
    const files = await readdir(join(dataDir, folder)).catch(() => []);
    names.push(...files.map((file) => `${folder}/${file}`));
  }
  const sources = names.map((name) => ({ name, path: join(dataDir, name) }));
  if (configFile !== null) sources.push({ name: CONFIG_PART, path: configFile });
  const parts: BackupPart[] = [];
  for (const { name, path } of sources) {
    const content = await readFile(path).catch(() => null);
    if (content) parts.push({ name, content });
  }
  return parts;
}

/** Of us or nobody: a backup from elsewhere must not write where it likes. */
export function isPartName(name: string): boolean {
  return name === CONFIG_PART || FILES.includes(name) || /^(?:tls|habits)\/[\w-]+\.\w+$/.test(name);
}

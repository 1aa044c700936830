/**
 * In: a backup, and a data folder on which no daemon runs. Out: the folder as it was then. What was
 * there is moved aside and never deleted; pictures stay where they are.
 */
import { access, mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

import { ApplianceError } from "../base/errors.ts";
import { type BackupPart, placeBackup, readBackup } from "../store/backup-file.ts";
import { openLock } from "../store/lock.ts";
import { refuseNewer } from "../store/migrations.ts";
import { ignoreMissing, moveAside } from "../store/recovery.ts";
import { writeWhole } from "../store/whole-file.ts";
import { CONFIG_PART, isPartName } from "./backups.ts";

export interface Restored {
  /** Where the old data lies now. */
  aside: string;
  /** Where the configuration of the backup was put to be looked at; null when it had none. */
  config: string | null;
}

/** Throws before anything is touched where the backup cannot be used or a daemon runs. */
export async function restoreBackup(
  backup: string,
  options: { dataDir: string; stamp: string },
): Promise<Restored> {
  const { dataDir, stamp } = options;
  const path = join(dataDir, "nightjar.db");
  await access(backup).catch((cause: unknown) => {
    throw new ApplianceError("not-found", `There is no file ${backup}.`, { cause });
  });
  await mkdir(dataDir, { recursive: true });
  using _lock = await openLock(path);
  const parts = await readBackup(backup, (sqlite) => refuseNewer(sqlite, backup));

  const aside = join(dataDir, "quarantine", `before-restore-${stamp}`);
  await moveAside(path, aside);
  await placeBackup(backup, path);
  for (const { name, content } of parts.filter(({ name }) => isPartName(name))) {
    await replacePart({ name, content }, dataDir, aside);
  }
  const hasConfig = parts.some(({ name }) => name === CONFIG_PART);
  return { aside, config: hasConfig ? join(dataDir, toPlace(CONFIG_PART)) : null };
}

async function replacePart(
  { name, content }: BackupPart,
  dataDir: string,
  aside: string,
): Promise<void> {
  const path = join(dataDir, toPlace(name));
  await mkdir(dirname(join(aside, name)), { recursive: true });
  await rename(path, join(aside, name)).catch(ignoreMissing);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeWhole(path, content);
}

/** The configuration is for a person to compare: the one in force lies where only root writes. */
function toPlace(name: string): string {
  return name === CONFIG_PART ? "restored-nightjar.yaml" : name;
}

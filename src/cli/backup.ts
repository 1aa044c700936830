/** `nightjar backup` and `nightjar restore`: the box in one file, and back. */
import { access } from "node:fs/promises";
import { resolve } from "node:path";

import { Command } from "commander";

import { systemClock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { createLog } from "../base/log.ts";
import { loadConfig } from "../config/load.ts";
import { openDatabase } from "../store/database.ts";
import { createBackups } from "../upkeep/backups.ts";
import { restoreBackup } from "../upkeep/restore.ts";
import type { World } from "./world.ts";

const CONFIG = ["--config <file>", "the YAML file (default: NIGHTJAR_CONFIG)"] as const;

export function backupCommand(world: World): Command {
  return new Command("backup")
    .description("Writes database, keys and configuration to one file; the daemon may run.")
    .argument("<file>")
    .option(...CONFIG)
    .action(async (file: string, given: { config?: string }) => {
      const configFile = given.config ?? world.environment["NIGHTJAR_CONFIG"] ?? null;
      const { dataDir } = await loadConfig({ path: configFile, environment: world.environment });
      const path = resolve(file);
      const isThere = await access(path).then(
        () => true,
        () => false,
      );
      if (isThere) throw new ApplianceError("conflict", `${path} is there already.`);
      process.umask(0o077);
      const log = createLog({ level: "silent" });
      await using db = await openDatabase({ path: `${dataDir}/nightjar.db`, log, isVisit: true });
      const copyDatabase = db.copy;
      const ports = { clock: systemClock, log, copyDatabase };
      await createBackups({ dataDir, keep: 1, configFile }, ports).make(path);
      console.log(`${path} is the backup. It has the box's keys: keep it as you keep a password.`);
    });
}

export function restoreCommand(world: World): Command {
  return new Command("restore")
    .description("Puts a backup in the place of what is there, which is moved aside.")
    .argument("<file>")
    .option(...CONFIG)
    .action(async (file: string, given: { config?: string }) => {
      const path = given.config ?? null;
      const { dataDir } = await loadConfig({ path, environment: world.environment });
      process.umask(0o077);
      const stamp = new Date(systemClock.now()).toISOString().replaceAll(":", "-");
      const { aside, config } = await restoreBackup(resolve(file), { dataDir, stamp });
      console.log(`Restored. What was there lies in ${aside}. Everyone has to sign in again.`);
      if (config !== null) console.log(`The configuration of then is ${config}; compare it.`);
    });
}

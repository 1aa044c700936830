/** What every command at the centre is given: a configuration that names it. */
import type { Command } from "commander";

import { ApplianceError } from "../base/errors.ts";
import type { Config } from "../config/schema.ts";
import { type CentralAddress, readCentralAddress } from "../sync/central-address.ts";

export function withConfig(command: Command): Command {
  return command
    .option("--config <file>", "the YAML file (default: NIGHTJAR_CONFIG, else the defaults)")
    .option("--json", "print the result as JSON");
}

/** Throws `invalid` where none is named. */
export function readGivenAddress(config: Config): Promise<CentralAddress> {
  return readCentralAddress({ ...config.central, url: demandUrl(config) });
}

export function demandUrl({ central }: Config): string {
  if (central.url !== null) return central.url;
  throw new ApplianceError(
    "invalid",
    "No central database is named. Set DATABASE_URL=mysql://user:password@host:3306/database.",
  );
}

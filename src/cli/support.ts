/** `nightjar support FILE`: what somebody who helps from afar asks first, and no secret. */
import { Command } from "commander";

import { writePrivateFile } from "../access/private-file.ts";
import { createSupportReport } from "../assembly/support-report.ts";
import { systemClock } from "../base/clock.ts";
import { loadConfig } from "../config/load.ts";
import type { World } from "./world.ts";

export function supportCommand({ environment, signal }: World): Command {
  return new Command("support")
    .description(
      "Writes a file for whoever helps: versions, configuration, status, counts, the log's last " +
        "lines. Passwords and keys are masked; pictures and descriptions are not in it.",
    )
    .argument("<file>")
    .option("--config <file>", "the YAML file (default: NIGHTJAR_CONFIG, else the defaults)")
    .option("--log <file>", "a file with the daemon's lines (default: the journal of its unit)")
    .action(async (file: string, given: { config?: string; log?: string }) => {
      const config = await loadConfig({ path: given.config ?? null, environment });
      const logFile = given.log ?? null;
      const report = await createSupportReport(config, { clock: systemClock, signal, logFile });
      await writePrivateFile(file, JSON.stringify(report, null, 2));
      console.log(`${file} is written. Read it before you send it: names and places are in it.`);
    });
}

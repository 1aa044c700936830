/** `nightjar check`: every problem of the configuration at once, for installers and upgrades. */
import { Command } from "commander";

import { ConfigError, loadConfig } from "../config/load.ts";
import type { World } from "./world.ts";

export function checkCommand(world: World): Command {
  return new Command("check")
    .description("Validates the configuration; ends with 78 when it cannot be used.")
    .option("--config <file>", "the YAML file (default: NIGHTJAR_CONFIG, else the defaults)")
    .option("--json", "print the result as JSON")
    .action(async (options: { config?: string; json?: boolean }) => {
      try {
        const { cameras, dataDir, server } = await loadConfig({
          path: options.config ?? null,
          environment: world.environment,
        });
        const sentence = `The configuration is good: ${cameras.length} camera(s).`;
        const found = { ok: true, problems: [], data_dir: dataDir, port: server.port };
        const report = { ...found, tls: server.tls.mode };
        console.log(options.json ? JSON.stringify(report) : sentence);
      } catch (error) {
        if (options.json && error instanceof ConfigError) {
          console.log(JSON.stringify({ ok: false, problems: error.problems }));
        }
        throw error;
      }
    });
}

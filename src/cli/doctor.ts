/** `nightjar doctor`: tries every part as the daemon would use it; a line each, ok or what to do. */
import { Command } from "commander";

import { examine, type Finding } from "../assembly/examination.ts";
import { systemClock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { loadConfig } from "../config/load.ts";
import type { World } from "./world.ts";

export function doctorCommand({ environment, signal }: World): Command {
  return new Command("doctor")
    .description(
      "Tries ffmpeg, every camera, the model, disk, clock and central database; says what to do.",
    )
    .option("--config <file>", "the YAML file (default: NIGHTJAR_CONFIG, else the defaults)")
    .option("--json", "print the result as JSON")
    .action(async ({ config: path = null, json: isJson = false }: Given) => {
      const config = await loadConfig({ path, environment });
      const findings: Finding[] = [];
      for await (const finding of examine(config, { clock: systemClock, signal })) {
        findings.push(finding);
        if (!isJson) console.log(toLine(finding));
      }
      const count = findings.filter(({ ok }) => !ok).length;
      if (isJson) console.log(JSON.stringify({ ok: count === 0, findings }));
      if (count > 0) throw new ApplianceError("unavailable", toVerdict(count));
    });
}

interface Given {
  config?: string | null;
  json?: boolean;
}

function toLine({ part, ok, sentence }: Finding): string {
  return `${ok ? "ok   " : "TO DO"}  ${part}: ${sentence}`;
}

function toVerdict(count: number): string {
  return count === 1 ? "One part needs you; its line says how." : `${count} parts need you.`;
}

/** `nightjar model`: has the model server fetch a model, and lists what it has. */
import { Command } from "commander";

import type { PullProgress } from "../analysis/model-shelf.ts";
import { createOllama } from "../analysis/ollama.ts";
import { systemClock } from "../base/clock.ts";
import { loadConfig } from "../config/load.ts";
import type { World } from "./world.ts";

interface Given {
  config?: string;
  json?: boolean;
}

export function modelCommand(world: World): Command {
  const pull = withConfig(new Command("pull"))
    .description("Fetches a model; what was fetched already is not fetched again.")
    .argument("[name]", "such as llava:7b (default: the one of the configuration)")
    .action(async (name: string | undefined, given: Given) => {
      const { door, model } = await openDoor(world, given);
      const show = createProgressLine(given.json === true);
      for await (const progress of door.pull(name ?? model, { signal: world.signal })) {
        show(progress);
      }
      if (!given.json) console.log(`${name ?? model} is there.`);
    });

  const list = withConfig(new Command("list"))
    .description("Lists the models that the server has, and which of them see.")
    .action(async (given: Given) => {
      const { door } = await openDoor(world, given);
      const models = await door.list({ signal: world.signal });
      if (given.json) {
        console.log(
          JSON.stringify(
            models.map(({ name, sees, sizeBytes }) => ({ name, sees, size_bytes: sizeBytes })),
          ),
        );
      } else {
        for (const { name, sees } of models)
          console.log(`${name}  ${sees ? "sees" : "does not see"}`);
      }
    });

  return new Command("model")
    .description("Models of the model server.")
    .addCommand(pull)
    .addCommand(list);
}

function withConfig(command: Command): Command {
  return command
    .option("--config <file>", "the YAML file (default: NIGHTJAR_CONFIG, else the defaults)")
    .option("--json", "print the result as JSON");
}

async function openDoor(
  { environment }: World,
  { config: path = null }: { config?: string | null },
) {
  const { ollama } = await loadConfig({ path, environment });
  const { url, model, timeoutS } = ollama;
  const door = createOllama({ url, model, timeoutMs: timeoutS * 1000, clock: systemClock });
  return { door, model };
}

const BAR_CHARACTERS = 30;

/** On a terminal one line that moves; elsewhere a line for each tenth of the way. */
function createProgressLine(isJson: boolean): (progress: PullProgress) => void {
  let told = "";
  return (progress) => {
    const { step, completedBytes, totalBytes } = progress;
    if (isJson) {
      const report = { step, completed_bytes: completedBytes, total_bytes: totalBytes };
      console.log(JSON.stringify(report));
      return;
    }
    const { line, tenth } = toLine(progress);
    if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K${line}`);
    else if (tenth !== told) console.log(line);
    told = tenth;
  };
}

function toLine({ step, completedBytes, totalBytes }: PullProgress) {
  if (!totalBytes) return { line: step, tenth: step };
  const share = (completedBytes ?? 0) / totalBytes;
  const line = `${step} ${toBar(share)} ${Math.floor(share * 100)} %`;
  return { line, tenth: `${step} ${Math.floor(share * 10)}` };
}

function toBar(share: number): string {
  const done = Math.round(share * BAR_CHARACTERS);
  return `[${"#".repeat(done)}${".".repeat(BAR_CHARACTERS - done)}]`;
}

/**
 * The stand-in as a program of its own, for demonstrations without a model:
 *
 *   npx node test/support/fake-ollama/main.ts --port 11434 --model llava:7b --seconds-per-answer 2
 *
 * Prints one line with READY and its addresses when it can be asked; ends on SIGTERM and SIGINT.
 */
import { once } from "node:events";
import { parseArgs } from "node:util";

import { openControl } from "./control.ts";
import { openFakeOllama } from "./server.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "control-port": { type: "string", default: "0" },
    model: { type: "string", multiple: true, default: ["llava:7b"] },
    "seconds-per-answer": { type: "string", default: "1" },
  },
});

await using fake = await openFakeOllama({
  port: Number(values.port),
  models: values.model,
  secondsPerAnswer: Number(values["seconds-per-answer"]),
});
await using control = await openControl(fake, { port: Number(values["control-port"]) });
console.log(`READY ${fake.url} stand-in for Ollama, no model; control ${control.url}/__ctl`);

await Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);

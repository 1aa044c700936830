/** The desk: the durable queue, the analysis behind it, and the model behind that. */
import { createAnalyzer } from "../analysis/analyzer.ts";
import { createModelWatch, type ModelWatch } from "../analysis/model-watch.ts";
import { createOllama } from "../analysis/ollama.ts";
import type { Config } from "../config/schema.ts";
import { type AnalysisQueue, createAnalysisQueue } from "../queue/analysis-queue.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";
import type { Teller } from "./teller.ts";

export interface Desk {
  queue: AnalysisQueue;
  watch: ModelWatch;
}

export function createDesk(
  { ollama }: Pick<Config, "ollama">,
  { clock, log, model: given }: Given,
  memory: Memory,
  teller: Teller,
): Desk {
  const { url, model: name, timeoutS } = ollama;
  const model = given ?? createOllama({ url, model: name, timeoutMs: timeoutS * 1000, clock });
  const analyzer = createAnalyzer({
    model,
    clock,
    log: log.child({ room: "analysis" }),
    readPicture: (picture) => memory.pictures.read(picture),
    loadEvent(id) {
      const event = memory.events.find(id);
      return event && { event, cameraName: memory.nameOf(event.cameraId) };
    },
  });
  const queue = createAnalysisQueue({
    ...analyzer,
    rows: memory.jobs,
    clock,
    log: log.child({ room: "queue" }),
    concurrency: ollama.parallel,
    attemptsMax: ollama.attempts,
    deadlineMs: ollama.deadlineS * 1000,
    onChange: (counts) => teller.tellQueue(counts),
    onSettled: (eventId) => teller.tellEvent("event.analyzed", eventId),
  });
  return { queue, watch: createModelWatch({ model, clock }) };
}

/** The desk: the durable queue, the analysis behind it, and the model behind that. */
import { createAnalyzer } from "../analysis/analyzer.ts";
import { createDaySentenceWriter, type WriteDaySentence } from "../analysis/day-sentence.ts";
import { familyOf } from "../analysis/model-family.ts";
import { createModelKeeper } from "../analysis/model-keeper.ts";
import type { ModelShelf } from "../analysis/model-shelf.ts";
import { createModelWatch, type ModelWatch } from "../analysis/model-watch.ts";
import { createOllama } from "../analysis/ollama.ts";
import type { CameraConfig, Config } from "../config/schema.ts";
import { type AnalysisQueue, createAnalysisQueue } from "../queue/analysis-queue.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";
import type { Teller } from "./teller.ts";

export interface Desk {
  queue: AnalysisQueue;
  watch: ModelWatch;
  shelf: ModelShelf;
  /** For when nothing waits. */
  writeDaySentence: WriteDaySentence;
}

export function createDesk(
  { site, ollama }: Pick<Config, "site" | "ollama">,
  { clock, log, model: given }: Given,
  memory: Memory,
  teller: Teller,
  /** Null when there is no such camera any more. */
  findCamera: (id: string) => Pick<CameraConfig, "analysis"> | null,
): Desk {
  const { url, model: name, timeoutS } = ollama;
  const door = createOllama({ url, model: name, timeoutMs: timeoutS * 1000, clock });
  const model =
    given ??
    createModelKeeper({
      ...{ model: door, name, recycleAfter: ollama.recycleAfter },
      ...{ clock, log: log.child({ room: "analysis" }) },
    });
  const analyzer = createAnalyzer({
    model,
    family: familyOf(name),
    clock,
    log: log.child({ room: "analysis" }),
    readPicture: (picture) => memory.pictures.read(picture),
    loadEvent(id) {
      const event = memory.events.find(id);
      if (!event) return null;
      const { cameraId } = event;
      const camera = findCamera(cameraId);
      const { prompt: wish, language } = camera?.analysis ?? { prompt: null, language: "en" };
      const cameraName = memory.nameOf(cameraId);
      const earlier = memory.earlierPictures.of(id);
      return { event, earlier, place: { siteName: site.name, cameraName, wish, language } };
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
    onSettled: () => teller.tellChanges(),
  });
  const writeDaySentence = createDaySentenceWriter(model);
  return { queue, watch: createModelWatch({ model, clock }), shelf: door, writeDaySentence };
}

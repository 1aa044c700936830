/**
 * In: the model's own word, asked for now and then. Out: the newest answer, at once, for whoever
 * shows it. Never: decides whether a job may run; the desk asks for itself.
 */
import type { Clock } from "../base/clock.ts";
import type { Service } from "../base/lifecycle.ts";
import type { ModelStatus, VisionModel } from "./vision-model.ts";

export interface ModelWatch extends Service {
  /** Null until the first answer, seconds after the start. */
  latest(): ModelStatus | null;
}

const ASK_EVERY_MS = 15_000;

export function createModelWatch(parts: { model: VisionModel; clock: Clock }): ModelWatch {
  let newest: ModelStatus | null = null;
  return {
    name: "model watch",
    latest: () => newest,
    async run(signal) {
      while (!signal.aborted) {
        newest = await parts.model.status({ signal });
        await parts.clock.sleep(ASK_EVERY_MS, { signal });
      }
    },
  };
}

import type { ModelStatus, VisionModel } from "../../src/analysis/vision-model.ts";

export interface ScriptedModel extends VisionModel {
  /** How many pictures it was shown. */
  readonly shown: number;
  /** From now on it answers this text. */
  answer(text: string): void;
  /** From now on it is in this state; when not ready it cannot be asked. */
  turn(state: ModelStatus["state"]): void;
}

export const GOOD_ANSWER = JSON.stringify({
  people: 1,
  vehicles: 0,
  concern: 1,
  activity: "walking",
  objects: ["person"],
  title: "A person walks by",
  description: "One person walks across the yard from left to right.",
});

/** A model that says what the test tells it to. */
export function createScriptedModel(): ScriptedModel {
  let text = GOOD_ANSWER;
  let state: ModelStatus["state"] = "ready";
  let shown = 0;
  return {
    get shown() {
      return shown;
    },
    answer(next) {
      text = next;
    },
    turn(next) {
      state = next;
    },
    async describe() {
      shown += 1;
      return {
        text,
        model: "scripted",
        digest: null,
        serverVersion: null,
        promptTokens: 600,
        doneReason: "stop",
        durations: { totalMs: 1, loadMs: 0, promptMs: 1, answerMs: 1 },
        logprobs: null,
      };
    },
    async status() {
      const sentence = state === "ready" ? "Ready." : "Start Ollama, or pull the model.";
      return { state, sentence, version: null, digest: null };
    },
    list: async () => [],
  };
}

/** The chunks of one streamed answer put together, and the proof that the picture was looked at. */
import { familyOf } from "./model-family.ts";
import type { Prompt } from "./prompt.ts";
import type { Chunk } from "./server-shapes.ts";
import {
  createTrouble,
  type ModelAnswer,
  type ModelStatus,
  type TokenLogprob,
} from "./vision-model.ts";

/** No tokenizer needs fewer than one token for so many characters of plain English. */
const charactersPerTokenMax = 8;

export interface Asked {
  model: string;
  standing: Pick<ModelStatus, "version" | "digest">;
  prompt: Prompt;
  pictures: number;
}

/** Throws `model_failed` for an end nobody knows, `model_blind` when no picture was read. */
export function toAnswer(chunks: readonly Chunk[], asked: Asked): ModelAnswer {
  const last = chunks.at(-1);
  const doneReason = last?.done_reason;
  if (!last || (doneReason !== "stop" && doneReason !== "length")) {
    throw createTrouble("model_failed", "The model stopped for a reason of its own.", {
      details: { doneReason },
    });
  }
  const promptTokens = last.prompt_eval_count ?? null;
  refuseBlind(promptTokens, asked);
  const logprobs = chunks.flatMap((chunk) => chunk.logprobs ?? []).map(toTokenLogprob);
  return {
    text: chunks.map((chunk) => chunk.message?.content ?? "").join(""),
    model: asked.model,
    digest: asked.standing.digest,
    serverVersion: asked.standing.version,
    promptTokens,
    doneReason,
    durations: {
      totalMs: toMs(last.total_duration),
      loadMs: toMs(last.load_duration),
      promptMs: toMs(last.prompt_eval_duration),
      answerMs: toMs(last.eval_duration),
    },
    logprobs: logprobs.length > 0 ? logprobs : null,
  };
}

/**
 * Some versions drop the picture without a word and let the model make something up
 * (ollama/ollama#13549). The count of tokens gives it away: it includes cached ones since 0.2.
 * Only the families whose least count is known are judged.
 */
function refuseBlind(
  promptTokens: number | null,
  { model, standing, prompt, pictures }: Asked,
): void {
  const { imageTokensMin } = familyOf(model);
  if (promptTokens === null || imageTokensMin === null) return;
  const textTokensMin = (prompt.system.length + prompt.user.length) / charactersPerTokenMax;
  if (promptTokens >= imageTokensMin * pictures + textTokensMin) return;
  const sentence = `Ollama ${standing.version} did not show the picture to ${model}. Update Ollama.`;
  throw createTrouble("model_blind", sentence, { details: { promptTokens } });
}

function toTokenLogprob(given: NonNullable<Chunk["logprobs"]>[number]): TokenLogprob {
  const { token, logprob, top_logprobs: alternatives } = given;
  return { token, logprob, alternatives: alternatives ?? [] };
}

function toMs(nanoseconds: number | null | undefined): number | null {
  return nanoseconds === null || nanoseconds === undefined ? null : nanoseconds / 1e6;
}

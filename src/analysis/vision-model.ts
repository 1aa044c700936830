/**
 * The port to whatever looks at pictures. A model answers with text and the facts of how the text
 * came about; whether the text is any good is decided in `description`.
 *
 * A model that cannot answer throws an ApplianceError of kind `unavailable`, `timed-out` or
 * `not-found` whose `details.code` is a ModelTrouble: an outage, never the picture's fault as far
 * as the model's door can tell.
 */
import { ApplianceError, type ErrorKind } from "../base/errors.ts";
import type { Prompt } from "./prompt.ts";

export interface VisionModel {
  /** Looks at the pictures of one moment. Rejects with the signal's reason when it aborts. */
  describe(
    request: { jpegs: readonly Uint8Array[]; prompt: Prompt },
    options: { signal: AbortSignal },
  ): Promise<ModelAnswer>;
  /** Whether a picture could be described now, and if not, what to do. Never throws for trouble. */
  status(options: { signal: AbortSignal }): Promise<ModelStatus>;
  /** The models the server has. */
  list(options: { signal: AbortSignal }): Promise<readonly ListedModel[]>;
}

export interface ModelAnswer {
  text: string;
  model: string;
  digest: string | null;
  serverVersion: string | null;
  /** Tokens read, picture included; null when the server does not say. */
  promptTokens: number | null;
  /** `length`: the text was cut off at the limit. */
  doneReason: "stop" | "length";
  /** Null when the server does not say. */
  durations: {
    totalMs: number | null;
    loadMs: number | null;
    promptMs: number | null;
    answerMs: number | null;
  };
  /** Null when the server is too old to give them. */
  logprobs: readonly TokenLogprob[] | null;
}

/** One token of the text, in order, with what else might have stood there. */
export interface TokenLogprob {
  token: string;
  logprob: number;
  alternatives: readonly { token: string; logprob: number }[];
}

export interface ListedModel {
  name: string;
  digest: string;
  sizeBytes: number;
  sees: boolean;
  isLoaded: boolean;
}

/**
 * The names of trouble, and more: server_too_old: it cannot be asked as we ask · model_hanging,
 * model_blank, model_endless: what became of a test picture · wedged: the server answers, nothing
 * reaches the model.
 */
export type ModelState =
  | "ready"
  | "unreachable"
  | "server_too_old"
  | "model_missing"
  | "model_blind"
  | "model_hanging"
  | "model_blank"
  | "model_endless"
  | "model_busy"
  | "model_failed"
  | "wedged";

/** Nothing that keeps a picture from being described. */
export interface ModelWarning {
  code: string;
  sentence: string;
}

export interface ModelStatus {
  state: ModelState;
  /** What is the matter and what to do, for a person. */
  sentence: string;
  version: string | null;
  digest: string | null;
  /** Absent from whoever watches for none. */
  warnings?: readonly ModelWarning[];
}

/**
 * model_unreachable: nobody answers, or not as Ollama does · model_missing: not installed ·
 * model_blind: it cannot see, or did not look · model_busy: asked to come back · model_failed: it
 * broke while answering · model_timeout: too slow, or silent.
 */
export type ModelTrouble =
  | "model_unreachable"
  | "model_missing"
  | "model_blind"
  | "model_busy"
  | "model_failed"
  | "model_timeout";

export function createTrouble(
  code: ModelTrouble,
  sentence: string,
  options: { cause?: unknown; details?: Record<string, unknown> } = {},
): ApplianceError {
  return new ApplianceError(kindOf(code), sentence, {
    cause: options.cause,
    details: { ...options.details, code },
  });
}

function kindOf(code: ModelTrouble): ErrorKind {
  if (code === "model_missing") return "not-found";
  return code === "model_timeout" ? "timed-out" : "unavailable";
}

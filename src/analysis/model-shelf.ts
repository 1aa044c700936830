/** The port to the models that the server keeps: to be looked through, added to and cleared out. */
import { ApplianceError } from "../base/errors.ts";
import type { ListedModel } from "./vision-model.ts";

export interface ModelShelf {
  /** All that the server has, and of each whether it sees. */
  list(options: { signal: AbortSignal }): Promise<readonly ListedModel[]>;
  /**
   * Has the server fetch a model and tells how far it is. Ends when the model is there; throws
   * `conflict` while another is fetched. Hanging up stops it, and the next pull goes on from there.
   */
  pull(name: string, options: { signal: AbortSignal }): AsyncIterable<PullProgress>;
  /** Throws `not-found`, and `conflict` for the model in use. */
  remove(name: string, options: { signal: AbortSignal }): Promise<void>;
  /** Lets the model in use out of memory; the next picture loads it again. */
  unload(options: { signal: AbortSignal }): Promise<void>;
}

export interface PullProgress {
  /** The server's own word, such as `verifying sha256 digest`. */
  step: string;
  /** Of the layer in hand; null where there is none. */
  completedBytes: number | null;
  totalBytes: number | null;
}

export function toPullProgress(line: {
  status: string;
  total?: number | null | undefined;
  completed?: number | null | undefined;
}): PullProgress {
  const { status: step, total, completed } = line;
  const hasLayer = typeof total === "number";
  return {
    step,
    completedBytes: hasLayer ? (completed ?? 0) : null,
    totalBytes: hasLayer ? total : null,
  };
}

/** The same trouble as of any exchange, in the words of a pull. */
export function toPullFailure(error: unknown, name: string): unknown {
  if (!(error instanceof ApplianceError)) return error;
  const { code, serverError } = error.details;
  if (code === "model_timeout") {
    const sentence = `Fetching ${name} came to a stand. Check the line, and ask again to go on.`;
    return new ApplianceError("timed-out", sentence, { cause: error });
  }
  if (typeof serverError !== "string") return error;
  const isUnknown = /file does not exist|not found/.test(serverError);
  const sentence = `Ollama could not fetch ${name}: ${serverError}`;
  return new ApplianceError(isUnknown ? "not-found" : "unavailable", sentence, { cause: error });
}

/** What a refused request means: the status and the body of an answer that is not a success. */
import type { ApplianceError } from "../base/errors.ts";
import { parseObject } from "./answer-lines.ts";
import { createTrouble } from "./vision-model.ts";

/** Only the server's own sentence is kept, and not a proxy's whole page. */
const sentenceLengthMax = 500;

export function toRefusal(
  answer: { status: number; body: string },
  server: { url: string; model: string },
): ApplianceError {
  const { status, body } = answer;
  const said = parseObject(body)?.["error"];
  if (typeof said !== "string") return toStranger(server.url, { serverStatus: status });

  // Not `status`: that would be the status of our own answer to whoever asked for this.
  const details = { serverStatus: status, serverError: said.slice(0, sentenceLengthMax) };
  if (status === 404) return createTrouble("model_missing", toMissing(server.model), { details });
  if (status === 503 || status === 429) {
    return createTrouble("model_busy", "Ollama is busy; the picture waits its turn.", { details });
  }
  const sentence = `Ollama refused the picture (${status}): ${details.serverError}`;
  return createTrouble("model_failed", sentence, { details });
}

/** Somebody answers, but not as Ollama does: a proxy, a captive portal, another program. */
export function toStranger(url: string, details: Record<string, unknown> = {}): ApplianceError {
  const sentence = `What answers at ${url} is not Ollama. Check ollama.url in nightjar.yaml.`;
  return createTrouble("model_unreachable", sentence, { details });
}

export function toMissing(model: string): string {
  return `Ollama does not have the model ${model}. Run: ollama pull ${model}`;
}

export function toUnreachable(url: string): string {
  return `Ollama does not answer at ${url}. Start it, or correct ollama.url in nightjar.yaml.`;
}

/**
 * In: a request of the client library. Out: a sound answer, or the trouble it stands for. The only
 * door to undici: the built-in fetch gives up after 300 s without headers, which a model that loads
 * from a slow disk takes easily, and the library itself would print what it cannot read.
 */
import { ReadableStream } from "node:stream/web";

import { Agent, fetch as undiciFetch } from "undici";
import { ZodError } from "zod";

import { ApplianceError, isAbort } from "../base/errors.ts";
import { answerLines, checkLines, type LineRules, pullLines } from "./answer-lines.ts";
import { toRefusal, toStranger, toUnreachable } from "./refusal.ts";
import { createTrouble } from "./vision-model.ts";

export interface ServerFetch extends AsyncDisposable {
  fetch: typeof fetch;
}

/** Somebody took the call and hung up. */
const brokenCodes: readonly unknown[] = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

/** A connection of its own for one exchange; `url` and `model` are for the sentences. */
export function openServerFetch(given: {
  signal: AbortSignal;
  server: { url: string; model: string };
}): ServerFetch {
  const { signal, server } = given;
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  return {
    async fetch(input, init) {
      const response = await undiciFetch(String(input), {
        ...toPlainRequest(init),
        dispatcher: agent,
        redirect: "error",
        signal: init?.signal ? AbortSignal.any([init.signal, signal]) : signal,
      });
      if (!response.ok) {
        throw toRefusal({ status: response.status, body: await response.text() }, server);
      }
      // A model that was deleted is told by a success without a word.
      if (init?.method === "DELETE") return new Response(null);
      const rules = String(input).endsWith("/api/pull") ? pullLines : answerLines;
      const answer = toSoundAnswer(response, rules);
      if (!answer) throw toStranger(server.url);
      return answer;
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function toPlainRequest(init: RequestInit = {}) {
  return {
    method: init.method ?? "GET",
    headers: init.headers as Record<string, string>,
    body: (init.body as string | undefined) ?? null,
  };
}

/** Null when whoever answered does not speak JSON. */
function toSoundAnswer(
  { headers, body }: Awaited<ReturnType<typeof undiciFetch>>,
  rules: LineRules,
): Response | null {
  const contentType = headers.get("content-type") ?? "";
  if (!contentType.includes("json") || !body) return null;
  const streams = contentType.includes("ndjson");
  const checked = streams ? ReadableStream.from(checkLines(body, rules)) : body;
  return new Response(checked, { headers: { "Content-Type": contentType } });
}

/** Undici wraps what happened to the connection as a cause; a TypeError without one is a bug. */
export function toTrouble(error: unknown, url: string): unknown {
  if (error instanceof ApplianceError) return error;
  if (error instanceof SyntaxError || error instanceof ZodError) return toStranger(url);
  if (!(error instanceof TypeError) || !error.cause || isAbort(error)) return error;

  const { code } = error.cause as { code?: string };
  const details = { reason: code };
  const wasConnected = error.message === "terminated" || brokenCodes.includes(code);
  if (wasConnected) {
    const sentence = "The connection to Ollama broke before its answer was done.";
    return createTrouble("model_failed", sentence, { cause: error, details });
  }
  return createTrouble("model_unreachable", toUnreachable(url), { cause: error, details });
}

/**
 * In: the bytes of a streamed answer. Out: the same lines, each known to be a JSON object.
 * A status of 200 is not success: a server may break off without a word, report an error in the
 * middle, or not be a model server at all. The client library swallows bad lines, so none reaches it.
 */
import { createTrouble } from "./vision-model.ts";

/** A line is one token with its alternatives; more is not a model talking. */
const lineLengthMax = 1024 * 1024;

/** What a stream may be, and which of its lines is the last. */
export interface LineRules {
  bytesMax: number;
  isLast(line: Record<string, unknown>): boolean;
}

export const answerLines: LineRules = {
  bytesMax: 16 * 1024 * 1024,
  isLast: ({ done }) => done === true,
};
/** A large model over a thin line is told of sixteen times a second for days. */
export const pullLines: LineRules = {
  bytesMax: Number.POSITIVE_INFINITY,
  isLast: ({ status }) => status === "success",
};

/** Throws `model_failed` at the first line that is none, and at an end without a last line. */
export async function* checkLines(
  body: AsyncIterable<Uint8Array>,
  rules: LineRules,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of splitLines(body, rules)) {
    const chunk = parseLine(line);
    yield encoder.encode(`${line}\n`);
    if (rules.isLast(chunk)) return;
  }
  throw createTrouble("model_failed", "The model server broke off before its answer was done.");
}

async function* splitLines(
  body: AsyncIterable<Uint8Array>,
  { bytesMax }: LineRules,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let held = "";
  let received = 0;
  for await (const bytes of body) {
    received += bytes.byteLength;
    const lines = (held + decoder.decode(bytes, { stream: true })).split("\n");
    held = lines.pop() ?? "";
    if (held.length > lineLengthMax || received > bytesMax) {
      throw createTrouble("model_failed", "The model server sent more than an answer can be.", {
        details: { received },
      });
    }
    yield* lines.map((line) => line.trim()).filter((line) => line !== "");
  }
  const last = (held + decoder.decode()).trim();
  if (last !== "") yield last;
}

function parseLine(line: string): Record<string, unknown> {
  const chunk = parseObject(line);
  if (!chunk) {
    throw createTrouble("model_failed", "The model server sent a line that is not JSON.", {
      details: { line: line.slice(0, 200) },
    });
  }
  if ("error" in chunk) {
    const serverError = String(chunk["error"]).slice(0, 500);
    throw createTrouble("model_failed", `The model server failed while answering: ${serverError}`, {
      details: { serverError },
    });
  }
  return chunk;
}

/** Null for anything but a JSON object. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = value !== null && typeof value === "object" && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

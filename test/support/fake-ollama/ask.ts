/** The body of /api/chat and /api/generate, bound as strictly as Go binds it. */
import { decodeBase64 } from "./picture.ts";

export interface Ask {
  route: "chat" | "generate";
  model: string;
  /** Every text the model would read. */
  text: string;
  images: readonly Buffer[];
  /** Nothing is asked: load, or unload when `keepAliveMs` is 0. */
  empty: boolean;
  stream: boolean;
  format: unknown;
  /** Null: the server's own; Infinity: for ever. */
  keepAliveMs: number | null;
  options: Record<string, unknown>;
  think: unknown;
  logprobs: boolean;
  topLogprobs: number;
}

/** A refusal is the sentence of a 400. */
export function parseAsk(route: Ask["route"], body: unknown): Ask | { refusal: string } {
  try {
    return bindAsk(route, body as Record<string, unknown>);
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.message };
    throw error;
  }
}

class Refusal extends Error {}

function bindAsk(route: Ask["route"], body: Record<string, unknown>): Ask {
  const bind = createBinder(route === "chat" ? "ChatRequest" : "GenerateRequest", body);
  const messages = bindMessages(body["messages"]);
  const prompt = bind.string("prompt");
  const topLogprobs = bind.number("top_logprobs");
  if (topLogprobs < 0 || topLogprobs > 20)
    throw new Refusal("top_logprobs must be between 0 and 20");

  return {
    route,
    model: bind.string("model"),
    text: [bind.string("system"), prompt, ...messages.map(({ content }) => content)].join("\n"),
    images: [...toImages(body["images"]), ...messages.flatMap(({ images }) => toImages(images))],
    empty: route === "chat" ? messages.length === 0 : prompt === "",
    stream: bind.boolean("stream", true),
    format: body["format"],
    keepAliveMs: toKeepAliveMs(body["keep_alive"]),
    options: bind.object("options"),
    think: body["think"],
    logprobs: bind.boolean("logprobs", false),
    topLogprobs,
  };
}

function createBinder(struct: string, body: Record<string, unknown>) {
  const bind = <T>(name: string, goType: string, type: string, fallback: T): T => {
    const value = body[name] ?? fallback;
    const actual = Array.isArray(value) ? "array" : typeof value;
    if (actual === type) return value as T;
    throw new Refusal(
      `json: cannot unmarshal ${actual} into Go struct field ${struct}.${name} of type ${goType}`,
    );
  };
  return {
    string: (name: string) => bind(name, "string", "string", ""),
    boolean: (name: string, fallback: boolean) => bind(name, "bool", "boolean", fallback),
    number: (name: string) => bind(name, "int", "number", 0),
    object: (name: string) => bind(name, "map[string]interface {}", "object", {}),
  };
}

interface Message {
  content: string;
  images: unknown;
}

function bindMessages(value: unknown): Message[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw new Refusal(
      `json: cannot unmarshal ${typeof value} into Go struct field ChatRequest.messages of type []api.Message`,
    );
  }
  return value.map((message: { role?: unknown; content?: unknown; images?: unknown }) => {
    for (const field of ["role", "content"] as const) {
      if (typeof (message[field] ?? "") === "string") continue;
      throw new Refusal(
        `json: cannot unmarshal ${typeof message[field]} into Go struct field Message.messages.${field} of type string`,
      );
    }
    return { content: (message.content as string | undefined) ?? "", images: message.images };
  });
}

function toImages(value: unknown): Buffer[] {
  if (value === undefined || value === null) return [];
  const list = Array.isArray(value) ? value : [value];
  return list.map((image: unknown) => {
    const bytes = decodeBase64(String(image));
    if (Buffer.isBuffer(bytes)) return bytes;
    throw new Refusal(`illegal base64 data at input byte ${bytes.illegalAt}`);
  });
}

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A number is seconds, a text a Go duration; below zero is for ever. */
function toKeepAliveMs(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "number") return value < 0 ? Number.POSITIVE_INFINITY : value * 1000;
  const text = String(value);
  if (!/^-?(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text) && text !== "0") {
    throw new Refusal(`time: invalid duration "${text}"`);
  }
  if (text.startsWith("-")) return Number.POSITIVE_INFINITY;
  let durationMs = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    durationMs += Number(amount) * (unitsMs[unit ?? ""] ?? 0);
  }
  return durationMs;
}

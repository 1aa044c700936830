/** What a check is, and the few ways in which checks speak to a server. */
import assert from "node:assert/strict";

import { z } from "zod";

import { isVersionAtLeast } from "../../src/analysis/server-shapes.ts";

export interface Check {
  /** A sentence that is true of a real server. */
  name: string;
  /** Only from this version on. */
  since?: readonly [number, number, number];
  /** Only where the model or the server is so. */
  needs?: "vision" | "no thinking" | "loopback";
  run(server: Server): Promise<void>;
}

export type Group = Readonly<Record<string, readonly Check[]>>;

export interface Server {
  url: string;
  version: string;
  model: string;
  capabilities: readonly string[];
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  /** One question without a picture, short; the fields given win. */
  chat(given?: object): Promise<Response>;
}

export type Line = z.output<typeof line>;

const time = z.iso.datetime({ offset: true, precision: undefined });
const nanoseconds = z.int().min(0).optional();
export const line = z.looseObject({
  model: z.string(),
  created_at: time,
  done: z.boolean(),
  done_reason: z.string().optional(),
  message: z.looseObject({ role: z.string(), content: z.string() }).optional(),
  response: z.string().optional(),
  context: z.array(z.int()).optional(),
  total_duration: nanoseconds,
  load_duration: nanoseconds,
  prompt_eval_count: nanoseconds,
  prompt_eval_duration: nanoseconds,
  eval_count: nanoseconds,
  eval_duration: nanoseconds,
  logprobs: z.array(z.looseObject({ token: z.string(), logprob: z.number() })).optional(),
});

/** A model and options that stay the same, or every check would load the model again. */
export const options = { temperature: 0, num_ctx: 4096, num_predict: 12, seed: 1 };

export async function openServer(url: string, asked: string | null): Promise<Server> {
  const get: Server["get"] = (path, init) => fetch(url + path, init);
  const post: Server["post"] = (path, body) =>
    get(path, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
  const { version } = z
    .object({ version: z.string() })
    .parse(await (await get("/api/version")).json());
  const { models } = z
    .object({ models: z.array(z.object({ name: z.string() })) })
    .parse(await (await get("/api/tags")).json());
  const model = asked ?? models[0]?.name;
  if (model === undefined) throw new Error(`${url} has no model. Pull one, such as llava:7b.`);
  const shown = z
    .looseObject({
      capabilities: z.array(z.string()).optional(),
      details: z.looseObject({ families: z.array(z.string()).nullish() }).optional(),
    })
    .parse(await (await post("/api/show", { model })).json());
  const families = shown.details?.families ?? [];
  const guessed = families.includes("clip") ? ["completion", "vision"] : ["completion"];
  const capabilities = shown.capabilities ?? guessed;
  const messages = [{ role: "user", content: "Name three colours." }];
  return {
    ...{ url, version, model, capabilities, get, post },
    chat: (given) => post("/api/chat", { model, messages, options, ...given }),
  };
}

/** Null when the check says something about this server; otherwise why not. */
export function toReasonAgainst({ since, needs }: Check, server: Server): string | null {
  if (since && !isVersionAtLeast(server.version, since)) return `from ${since.join(".")} on`;
  if (needs === "vision" && !server.capabilities.includes("vision"))
    return "needs a model that sees";
  if (needs === "no thinking" && server.capabilities.includes("thinking")) {
    return "needs a model that does not think";
  }
  const isLoopback = /\/\/(?:127\.|localhost|\[::1\])/.test(server.url);
  return needs === "loopback" && !isLoopback ? "needs a server on the loopback address" : null;
}

export async function toLines(response: Response): Promise<Line[]> {
  assert.equal(response.status, 200);
  const texts = (await response.text()).split("\n").filter((text) => text !== "");
  return texts.map((text) => line.parse(JSON.parse(text)));
}

export async function toWhole(response: Response): Promise<Line> {
  assert.equal(response.status, 200, await response.clone().text());
  return line.parse(await response.json());
}

/** The status and the sentence of a refusal, whose body is nothing but that. */
export async function toRefused(response: Response): Promise<{ status: number; error: string }> {
  const body = z.strictObject({ error: z.string() }).parse(await response.json());
  return { status: response.status, error: body.error };
}

export async function isRefused(
  response: Response,
  statuses: readonly number[],
  sentence: RegExp,
): Promise<void> {
  const { status, error } = await toRefused(response);
  assert.ok(statuses.includes(status), `status ${status}: ${error}`);
  assert.match(error, sentence);
}

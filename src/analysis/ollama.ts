/**
 * In: one picture and a prompt. Out: what the model said, checked for having been said in full.
 * Never: pulls a model, retries, judges the text. The only door to ollama, and to undici.
 *
 * Each call has a client, an agent and a signal of its own. The library can abort streams only, so
 * its fetch is ours: the built-in one gives up after 300 s without headers, which a model that
 * loads from a slow disk takes easily.
 */
import { ReadableStream } from "node:stream/web";

import { type ChatRequest, Ollama } from "ollama";
import { Agent, fetch as undiciFetch } from "undici";
import { ZodError } from "zod";

import type { Clock } from "../base/clock.ts";
import { ApplianceError, isAbort } from "../base/errors.ts";
import { redactUrls } from "../base/log.ts";
import { checkLines } from "./answer-lines.ts";
import { toAnswer } from "./model-answer.ts";
import { createPatience, type Limits, type Patience } from "./patience.ts";
import type { Prompt } from "./prompt.ts";
import { toMissing, toRefusal, toStranger, toUnreachable } from "./refusal.ts";
import {
  type Chunk,
  canSee,
  chunkShape,
  isVersionAtLeast,
  loadedShape,
  shownShape,
  tagsShape,
  toFullName,
  versionShape,
} from "./server-shapes.ts";
import {
  createTrouble,
  type ListedModel,
  type ModelAnswer,
  type ModelStatus,
  type VisionModel,
} from "./vision-model.ts";

export interface OllamaOptions {
  url: string;
  model: string;
  /** Limit of one analysis, without the loading of the model. */
  timeoutMs: number;
  clock: Clock;
  /** Once it has begun to answer. */
  silenceMs?: number;
  /** Loading from a slow disk takes minutes, and a client that leaves makes it begin again. */
  loadTimeoutMs?: number;
  /** Limit of one question that needs no model. */
  questionTimeoutMs?: number;
}

/** A change of any of these but the seed makes the server load the model again: they never change. */
const modelOptions = { temperature: 0, num_ctx: 4096, num_predict: 300 } as const;
/** Finite: the engine's memory grows with use, and a pause is when it may be let go. */
const keepAlive = "30m";
/** Somebody took the call and hung up. */
const brokenCodes: readonly unknown[] = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"];

export function createOllama(options: OllamaOptions): VisionModel {
  const server = { url: redactUrls(options.url), model: options.model };
  const limits = toLimits(options);
  const speak = createSpeaker(options, server);

  const inspect = (signal: AbortSignal): Promise<Standing> =>
    speak(limits.question, signal, (client) => askStanding(client, options.model));

  return {
    async describe({ jpeg, prompt }, { signal }) {
      const standing = await inspect(signal);
      if (standing.state !== "ready") {
        const code = standing.state === "unreachable" ? "model_unreachable" : standing.state;
        throw createTrouble(code, standing.sentence);
      }
      const loaded = await speak(limits.question, signal, (client) =>
        isLoaded(client, options.model),
      );
      if (!loaded) await speak(limits.load, signal, (client) => load(client, options.model));
      return await speak(limits.answer, signal, (client, patience) =>
        look(client, patience, { model: options.model, standing, jpeg, prompt }),
      );
    },

    async status({ signal }) {
      try {
        const { state, sentence, version, digest } = await inspect(signal);
        return { state, sentence, version, digest };
      } catch (error) {
        if (signal.aborted || !(error instanceof ApplianceError)) throw error;
        const isMissing = error.kind === "not-found";
        const state = isMissing ? "model_missing" : "unreachable";
        return { state, sentence: error.message, version: null, digest: null };
      }
    },

    list: ({ signal }) => speak(limits.question, signal, listModels),
  };
}

function toLimits(options: OllamaOptions): Record<"question" | "load" | "answer", Limits> {
  const { timeoutMs, silenceMs = 60_000, loadTimeoutMs = 15 * 60_000 } = options;
  const { questionTimeoutMs = 10_000 } = options;
  return {
    question: { deadlineMs: questionTimeoutMs, silenceMs: questionTimeoutMs },
    load: { deadlineMs: loadTimeoutMs, silenceMs: loadTimeoutMs },
    answer: { deadlineMs: timeoutMs, silenceMs },
  };
}

interface Standing extends ModelStatus {
  thinks: boolean;
}

async function askStanding(client: Ollama, model: string): Promise<Standing> {
  const { version } = versionShape.parse(await client.version());
  const models = await listModels(client);
  const listed = models.find(({ name }) => toFullName(name) === toFullName(model));
  const base = { version, digest: listed?.digest ?? null, thinks: false };
  if (!listed) return { ...base, state: "model_missing", sentence: toMissing(model) };

  const shown = shownShape.parse(await client.show({ model }));
  const thinks = shown.capabilities?.includes("thinking") ?? false;
  if (canSee(shown)) {
    return { ...base, thinks, state: "ready", sentence: `${model} is ready to look at pictures.` };
  }
  const sentence = `${model} cannot see pictures. Set ollama.model to one that can, such as llava:7b.`;
  return { ...base, thinks, state: "model_blind", sentence };
}

async function listModels(client: Ollama): Promise<ListedModel[]> {
  const { models } = tagsShape.parse(await client.list());
  return (models ?? []).map(({ name, digest, size }) => ({ name, digest, sizeBytes: size }));
}

async function isLoaded(client: Ollama, model: string): Promise<boolean> {
  const { models } = loadedShape.parse(await client.ps());
  return (models ?? []).some(({ name }) => toFullName(name) === toFullName(model));
}

/** A question without a word loads the model, and with the same options it stays as it is. */
async function load(client: Ollama, model: string): Promise<void> {
  const request: ChatRequest & { stream: true } = {
    model,
    messages: [],
    stream: true,
    keep_alive: keepAlive,
    options: modelOptions,
  };
  for await (const _ of await client.chat(request));
}

interface Look {
  model: string;
  standing: Standing;
  jpeg: Uint8Array;
  prompt: Prompt;
}

async function look(client: Ollama, patience: Patience, given: Look): Promise<ModelAnswer> {
  const chunks: Chunk[] = [];
  for await (const chunk of await client.chat(toRequest(given))) {
    patience.progress();
    chunks.push(chunkShape.parse(chunk));
  }
  return toAnswer(chunks, given);
}

function toRequest({ model, standing, jpeg, prompt }: Look): ChatRequest & { stream: true } {
  const givesLogprobs = isVersionAtLeast(standing.version ?? "", [0, 12, 11]);
  return {
    model,
    messages: [
      { role: "system", content: prompt.system },
      { role: "user", content: prompt.user, images: [jpeg] },
    ],
    format: prompt.schema,
    stream: true,
    keep_alive: keepAlive,
    options: { ...modelOptions, seed: prompt.seed },
    ...(standing.thinks && { think: false }),
    ...(givesLogprobs && { logprobs: true, top_logprobs: 5 }),
  };
}

type Speak = <T>(
  limits: Limits,
  signal: AbortSignal,
  work: (client: Ollama, patience: Patience) => Promise<T>,
) => Promise<T>;

/** One exchange: within its limits, on a connection of its own, its failures told as trouble. */
function createSpeaker(options: OllamaOptions, server: { url: string; model: string }): Speak {
  return async (limits, signal, work) => {
    signal.throwIfAborted();
    using patience = createPatience(limits, { clock: options.clock, signal });
    const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
    try {
      const checkedFetch = createFetch({ agent, signal: patience.signal, server });
      return await work(new Ollama({ host: options.url, fetch: checkedFetch }), patience);
    } catch (error) {
      throw patience.signal.aborted ? patience.signal.reason : toTrouble(error, server.url);
    } finally {
      await agent.destroy();
    }
  };
}

/** A fetch that lets only sound answers through to the library, which would print the others. */
function createFetch(given: {
  agent: Agent;
  signal: AbortSignal;
  server: { url: string; model: string };
}): typeof fetch {
  return async (input, init) => {
    const response = await undiciFetch(String(input), {
      method: init?.method ?? "GET",
      headers: init?.headers as Record<string, string>,
      body: (init?.body as string | undefined) ?? null,
      dispatcher: given.agent,
      redirect: "error",
      signal: init?.signal ? AbortSignal.any([init.signal, given.signal]) : given.signal,
    });
    if (!response.ok) {
      throw toRefusal({ status: response.status, body: await response.text() }, given.server);
    }
    const contentType = response.headers.get("content-type") ?? "";
    if (!contentType.includes("json") || !response.body) throw toStranger(given.server.url);
    const streams = contentType.includes("ndjson");
    const body = streams ? ReadableStream.from(checkLines(response.body)) : response.body;
    return new Response(body, { headers: { "Content-Type": contentType } });
  };
}

/** Undici wraps what happened to the connection as a cause; a TypeError without one is a bug. */
function toTrouble(error: unknown, url: string): unknown {
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

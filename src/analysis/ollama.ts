/**
 * In: one picture and a prompt. Out: what the model said, checked for having been said in full; and
 * the models that the server keeps. Never: pulls a model unasked, retries, judges the text. The only
 * door to ollama.
 *
 * Each call has a client, a connection and a signal of its own: the library can abort streams only.
 */
import { type ChatRequest, Ollama } from "ollama";

import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { redactUrls } from "../base/log.ts";
import { toAnswer } from "./model-answer.ts";
import {
  type ModelShelf,
  type PullProgress,
  toPullFailure,
  toPullProgress,
} from "./model-shelf.ts";
import { createPatience, type Limits, type Patience } from "./patience.ts";
import type { Prompt } from "./prompt.ts";
import { openServerFetch, toTrouble } from "./server-fetch.ts";
import {
  askStanding,
  listLoaded,
  listModels,
  listShelf,
  type Standing,
} from "./server-questions.ts";
import {
  type Chunk,
  chunkShape,
  isVersionAtLeast,
  pullShape,
  toFullName,
} from "./server-shapes.ts";
import {
  createTrouble,
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
  probeTimeoutMs?: number;
  /** Without any progress of a pull; checking the sum of a large model takes minutes, unseen. */
  pullSilenceMs?: number;
}

export interface OllamaModel extends VisionModel, ModelShelf {
  /** Two words that take a healthy model a moment. Throws trouble; a picture is not needed. */
  probe(options: { signal: AbortSignal }): Promise<void>;
}

/** A change of any of these but the seed makes the server load the model again: they never change. */
const modelOptions = { temperature: 0, num_ctx: 4096, num_predict: 300 } as const;
/** Finite: the engine's memory grows with use, and a pause is when it may be let go. */
const keepAlive = "30m";
/** A large model over a thin line takes days, and is still getting on. */
const pullLongestMs = 7 * 86_400_000;

export function createOllama(options: OllamaOptions): OllamaModel {
  const server = { url: redactUrls(options.url), model: options.model };
  const limits = toLimits(options);
  const openLine = createLineOpener(options, server);
  const speak = createSpeaker(openLine, server);

  const inspect = (signal: AbortSignal): Promise<Standing> =>
    speak(limits.question, signal, (client) => askStanding(client, options.model));

  const ensureLoaded = async (signal: AbortSignal): Promise<void> => {
    const loaded = await speak(limits.question, signal, listLoaded);
    if (loaded.has(toFullName(options.model))) return;
    await speak(limits.load, signal, (client) => say(client, options.model, keepAlive));
  };

  return {
    async describe({ jpegs, prompt }, { signal }) {
      const standing = await inspect(signal);
      if (standing.state !== "ready") throw toStandingTrouble(standing);
      await ensureLoaded(signal);
      return await speak(limits.answer, signal, (client, patience) =>
        look(client, patience, { model: options.model, standing, jpegs, prompt }),
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

    async probe({ signal }) {
      await ensureLoaded(signal);
      await speak(limits.probe, signal, (client) => probe(client, options.model));
    },

    list: ({ signal }) => speak(limits.question, signal, listShelf),
    pull: createPuller(openLine, limits.pull, server),
    unload: ({ signal }) =>
      speak(limits.question, signal, (client) => say(client, options.model, 0)),

    async remove(name, { signal }) {
      if (toFullName(name) === toFullName(options.model)) {
        const sentence = `${name} is in use. Set ollama.model to another one first.`;
        throw new ApplianceError("conflict", sentence);
      }
      const models = await speak(limits.question, signal, listModels);
      if (!models.some((model) => toFullName(model.name) === toFullName(name))) {
        throw new ApplianceError("not-found", `Ollama does not have the model ${name}.`);
      }
      await speak(limits.question, signal, (client) => client.delete({ model: name }));
    },
  };
}

function toLimits(options: OllamaOptions) {
  const { timeoutMs, silenceMs = 60_000, loadTimeoutMs = 15 * 60_000 } = options;
  const { questionTimeoutMs = 10_000, probeTimeoutMs = 30_000 } = options;
  const { pullSilenceMs = 10 * 60_000 } = options;
  const whole = (limitMs: number): Limits => ({ deadlineMs: limitMs, silenceMs: limitMs });
  return {
    question: whole(questionTimeoutMs),
    load: whole(loadTimeoutMs),
    probe: whole(probeTimeoutMs),
    answer: { deadlineMs: timeoutMs, silenceMs },
    pull: { deadlineMs: pullLongestMs, silenceMs: pullSilenceMs },
  };
}

function toStandingTrouble({ state, sentence }: ModelStatus): ApplianceError {
  return createTrouble(state === "model_missing" ? "model_missing" : "model_blind", sentence);
}

/** Nothing said loads the model, with the same options as ever; kept for 0 it lets it go. */
async function say(client: Ollama, model: string, keepFor: string | 0): Promise<void> {
  const request: ChatRequest & { stream: true } = {
    model,
    messages: [],
    stream: true,
    keep_alive: keepFor,
    options: modelOptions,
  };
  for await (const _ of await client.chat(request));
}

async function probe(client: Ollama, model: string): Promise<void> {
  const request: ChatRequest & { stream: true } = {
    model,
    messages: [{ role: "user", content: "Are you there? Answer true." }],
    format: { type: "object", properties: { there: { type: "boolean" } }, required: ["there"] },
    stream: true,
    keep_alive: keepAlive,
    options: modelOptions,
  };
  for await (const _ of await client.chat(request));
}

/** One pull at a time: two share the line, and neither comes to its end sooner. */
function createPuller(openLine: OpenLine, limits: Limits, server: Server): ModelShelf["pull"] {
  let pulled: string | null = null;
  return async function* pull(name, { signal }): AsyncGenerator<PullProgress> {
    if (pulled !== null) {
      throw new ApplianceError("conflict", `Ollama is fetching ${pulled} already. Let it finish.`);
    }
    pulled = name;
    await using line = openLine(limits, signal);
    try {
      yield* watchPull(await line.client.pull({ model: name, stream: true }), line.patience);
    } catch (error) {
      signal.throwIfAborted();
      const trouble = line.patience.signal.aborted
        ? line.patience.signal.reason
        : toTrouble(error, server.url);
      throw toPullFailure(trouble, name);
    } finally {
      pulled = null;
    }
  };
}

/** The server repeats itself while nothing comes in: only what is new is a sign of life. */
async function* watchPull(
  lines: AsyncIterable<unknown>,
  patience: Patience,
): AsyncGenerator<PullProgress> {
  let last = "";
  patience.progress();
  for await (const line of lines) {
    const progress = toPullProgress(pullShape.parse(line));
    const said = JSON.stringify(progress);
    if (said === last) continue;
    last = said;
    patience.progress();
    yield progress;
  }
}

interface Look {
  model: string;
  standing: Standing;
  jpegs: readonly Uint8Array[];
  prompt: Prompt;
}

async function look(client: Ollama, patience: Patience, given: Look): Promise<ModelAnswer> {
  const chunks: Chunk[] = [];
  for await (const chunk of await client.chat(toRequest(given))) {
    patience.progress();
    chunks.push(chunkShape.parse(chunk));
  }
  return toAnswer(chunks, { ...given, pictures: given.jpegs.length });
}

function toRequest({ model, standing, jpegs, prompt }: Look): ChatRequest & { stream: true } {
  const givesLogprobs = isVersionAtLeast(standing.version ?? "", [0, 12, 11]);
  return {
    model,
    messages: [
      { role: "system", content: prompt.system },
      { role: "user", content: prompt.user, images: [...jpegs] },
    ],
    format: prompt.schema,
    stream: true,
    keep_alive: keepAlive,
    options: { ...modelOptions, seed: prompt.seed },
    ...(standing.thinks && { think: false }),
    ...(givesLogprobs && { logprobs: true, top_logprobs: 5 }),
  };
}

interface Server {
  url: string;
  model: string;
}

interface Line extends AsyncDisposable {
  client: Ollama;
  patience: Patience;
}

type OpenLine = (limits: Limits, signal: AbortSignal) => Line;
type Speak = <T>(
  limits: Limits,
  signal: AbortSignal,
  work: (client: Ollama, patience: Patience) => Promise<T>,
) => Promise<T>;

/** A client, a connection and a patience of its own for each exchange. */
function createLineOpener(options: OllamaOptions, server: Server): OpenLine {
  return (limits, given) => {
    given.throwIfAborted();
    const patience = createPatience(limits, { clock: options.clock, signal: given });
    const connection = openServerFetch({ signal: patience.signal, server });
    return {
      client: new Ollama({ host: options.url, fetch: connection.fetch }),
      patience,
      async [Symbol.asyncDispose]() {
        patience[Symbol.dispose]();
        await connection[Symbol.asyncDispose]();
      },
    };
  };
}

/** One exchange, its failures told as trouble. */
function createSpeaker(openLine: OpenLine, server: Server): Speak {
  return async (limits, signal, work) => {
    await using line = openLine(limits, signal);
    try {
      return await work(line.client, line.patience);
    } catch (error) {
      throw line.patience.signal.aborted
        ? line.patience.signal.reason
        : toTrouble(error, server.url);
    }
  };
}

/**
 * A stand-in for Ollama on a real TCP port: the protocol, the error sentences and the habits of a
 * real server, and no model. It says `stand-in` in its version and in every text it writes.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { parseAsk } from "./ask.ts";
import { pullModel, removeModel, sendLoaded, sendShown, sendTags } from "./catalogue.ts";
import { createEngine } from "./engine.ts";
import { createFaults, type Fault, type ScriptEntry } from "./faults.ts";
import { createJournal, type Journal, type JournalEntry } from "./journal.ts";
import { createModel, type StandInModel, toFullName } from "./models.ts";
import { sendEmpty, sendError, sendJson, sendText } from "./reply.ts";
import { type State, toVersion } from "./state.ts";
import { talk } from "./talk.ts";

export interface FakeOllama extends AsyncDisposable {
  readonly url: string;
  readonly journal: Journal;
  /** What the asks to come meet; null: all is well again. */
  setFault(fault: Fault | null, options?: Omit<ScriptEntry, "fault">): void;
  /** What they meet one after the other. */
  playScript(script: readonly ScriptEntry[]): void;
  /** Adds a model, or changes one that is there. */
  setModel(name: string, model?: Partial<Omit<StandInModel, "name">>): void;
  removeModel(name: string): void;
  setVersion(version: string): void;
  /** From now on no pull gets beyond its last layer; false: they do again. */
  holdPulls(held: boolean): void;
  /** Forgets what is loaded, as when the keep-alive ran out. */
  unloadAll(): void;
  /** Nobody's turn comes any more, until `stop` and `start`. */
  wedge(): void;
  /** The port refuses connections; everyone inside is thrown out. */
  stop(): Promise<void>;
  /** The same port again, with nothing loaded. */
  start(): Promise<void>;
}

export interface FakeOllamaOptions {
  models?: readonly string[];
  secondsPerAnswer?: number;
  version?: string;
  port?: number;
  maxQueue?: number;
  pullable?: readonly string[];
}

const bodyBytesMax = 64 * 1024 * 1024;

export async function openFakeOllama(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const models = (options.models ?? ["llava:7b"]).map((name) => createModel(name));
  const state: State = {
    models: new Map(models.map((model) => [model.name, model])),
    engine: createEngine({ maxQueue: options.maxQueue ?? 512 }),
    faults: createFaults(),
    journal: createJournal(),
    version: toVersion(options.version ?? "0.31.0"),
    secondsPerAnswer: options.secondsPerAnswer ?? 0,
    pullable: options.pullable ?? ["llava:7b"],
    pullStandsStill: false,
  };
  let server: Server | null = await listen(state, options.port ?? 0);
  const { port } = server.address() as AddressInfo;

  const stop = async (): Promise<void> => {
    if (!server) return;
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    server = null;
    await closed;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    journal: state.journal,
    setFault: state.faults.set,
    playScript: state.faults.play,
    setModel(name, model) {
      const full = toFullName(name);
      state.models.set(full, { ...createModel(full, model), ...model });
    },
    removeModel(name) {
      state.models.delete(toFullName(name));
      state.engine.unload(toFullName(name));
    },
    setVersion(version) {
      state.version = toVersion(version);
    },
    holdPulls(held) {
      state.pullStandsStill = held;
    },
    unloadAll: () => state.engine.restart(),
    wedge: () => state.engine.wedge(),
    stop,
    async start() {
      state.engine.restart();
      server ??= await listen(state, port);
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function listen(state: State, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const entry = state.journal.open({ method: request.method ?? "", path: toPath(request) });
    const left = new AbortController();
    response.on("close", () => {
      entry.endedAt = Date.now();
      entry.status = response.headersSent ? response.statusCode : 499;
      entry.ending = response.writableFinished ? "answered" : "left";
      left.abort();
    });
    respond({ state, request, response, entry, signal: left.signal }).catch((error: unknown) => {
      if (!left.signal.aborted) {
        entry.ending = "broken";
        sendError(response, 500, `stand-in broke: ${String(error)}`);
      }
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}

interface Exchange {
  state: State;
  request: IncomingMessage;
  response: ServerResponse;
  entry: JournalEntry;
  signal: AbortSignal;
}

type Route = (exchange: Exchange) => Promise<void> | void;

const routes: Record<string, Record<string, Route>> = {
  "/": { GET: ({ response }) => sendText(response, 200, "Ollama is running (stand-in)") },
  "/api/version": {
    GET: ({ state, response }) => sendJson(response, 200, { version: state.version }),
  },
  "/api/tags": { GET: ({ state, response }) => sendTags(state, response) },
  "/api/ps": { GET: ({ state, response }) => sendLoaded(state, response) },
  "/api/show": { POST: withBody(({ state, response }, body) => sendShown(state, response, body)) },
  "/api/pull": { POST: withBody(({ state, response }, body) => pullModel(state, response, body)) },
  "/api/delete": {
    DELETE: withBody(({ state, response }, body) => removeModel(state, response, body)),
  },
  "/api/chat": { POST: withBody((exchange, body) => answerAsk("chat", exchange, body)) },
  "/api/generate": { POST: withBody((exchange, body) => answerAsk("generate", exchange, body)) },
};

/** HEAD is answered wherever the real server registers it beside GET. */
const headed = ["/", "/api/version", "/api/tags"];

async function respond(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  if (!isAllowedHost(request.headers.host) || !isAllowedOrigin(request.headers.origin)) {
    return sendEmpty(response, 403);
  }
  const path = toPath(request);
  const methods = routes[path];
  if (!methods) return sendText(response, 404, "404 page not found");
  const method = request.method === "HEAD" && headed.includes(path) ? "GET" : request.method;
  const route = methods[method ?? ""];
  if (!route) return sendText(response, 405, "405 method not allowed");
  await route(exchange);
}

function withBody(work: (exchange: Exchange, body: unknown) => Promise<void> | void): Route {
  return async (exchange) => {
    const { request, response, entry } = exchange;
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength;
      if (bytes > bodyBytesMax) return sendError(response, 400, "http: request body too large");
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString("utf8");
    if (text.trim() === "") return sendError(response, 400, "missing request body");
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      const first = text.trim()[0];
      const sentence = `invalid character '${first}' looking for beginning of value`;
      return sendError(response, 400, sentence);
    }
    entry.body = withoutPictures(body);
    await work(exchange, body);
  };
}

async function answerAsk(
  route: "chat" | "generate",
  { state, response, entry, signal }: Exchange,
  body: unknown,
): Promise<void> {
  const ask = parseAsk(route, body);
  if ("refusal" in ask) return sendError(response, 400, ask.refusal);
  await talk({ state, ask, entry, response, signal });
}

/** A journal of whole pictures would fill the memory of a demo that runs for days. */
function withoutPictures(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPictures);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => {
      if (key !== "images" || !Array.isArray(field)) return [key, withoutPictures(field)];
      return [key, field.map((image) => `${String(image).length} characters`)];
    }),
  );
}

function toPath(request: IncomingMessage): string {
  return (request.url ?? "/").split("?")[0] ?? "/";
}

/** The guard against DNS rebinding of a server that is bound to the loopback address. */
function isAllowedHost(header: string | undefined): boolean {
  const host = (header ?? "").replace(/:\d+$/, "");
  return /^$|^localhost$|\.(localhost|local|internal)$|^127\.|^\[::1\]$|^0\.0\.0\.0$/.test(host);
}

function isAllowedOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return /^(https?:\/\/(localhost|127\.0\.0\.1|0\.0\.0\.0)(:\d+)?|(app|file|tauri):\/\/.*)$/.test(
    origin,
  );
}

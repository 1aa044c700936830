/** /api/chat and /api/generate: from the bound request to the last chunk, and every way it breaks. */
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";

import { type Answer, createAnswer, toChunk, toGoTime, toMetrics } from "./answer.ts";
import type { Ask } from "./ask.ts";
import { QueueFull, type Turn } from "./engine.ts";
import { type Fault, serverErrors } from "./faults.ts";
import { parseFormat } from "./grammar.ts";
import type { JournalEntry } from "./journal.ts";
import { createLineStream, type LineStream } from "./line-stream.ts";
import { type StandInModel, toFullName } from "./models.ts";
import { type Picture, readPicture } from "./picture.ts";
import { createRandom } from "./random.ts";
import { openLines, sendError, sendJson } from "./reply.ts";
import { isAtLeast, type State, toVersion } from "./state.ts";

interface Talk {
  state: State;
  ask: Ask;
  model: StandInModel;
  entry: JournalEntry;
  response: ServerResponse;
  fault: Fault | null;
  /** Aborts when the client leaves or the server stops. */
  signal: AbortSignal;
}

export async function talk(given: Omit<Talk, "model" | "fault">): Promise<void> {
  const { state, ask, response } = given;
  const model = state.models.get(toFullName(ask.model));
  if (!model) return sendError(response, 404, `model '${ask.model}' not found`);
  if (ask.think === true && !model.capabilities.includes("thinking")) {
    return sendError(response, 400, `"${ask.model}" does not support thinking`);
  }
  if (ask.empty) return await loadOnly({ ...given, model, fault: null });

  const pictures = await readPictures({ ...given, model, fault: null });
  if (!pictures) return;
  const fault = state.faults.take(pictures[0]?.sha256 ?? null);
  const whole: Talk = { ...given, model, fault };
  if (changeServer(whole)) return;
  if (await breakBeforeAnswer(whole)) return;
  await takeTurn(whole, (turn) => answer(whole, pictures, turn));
}

/** What befalls the server while the ask is there. True when that was the ask's end too. */
function changeServer({ state, ask, model, fault, response }: Talk): boolean {
  switch (fault?.type) {
    case "version-flip":
      state.version = toVersion(fault.version);
      return false;
    case "digest-change":
      state.models.set(model.name, { ...model, digest: fault.digest });
      return false;
    case "wedge":
      state.engine.wedge();
      return false;
    case "model-deleted":
      state.models.delete(model.name);
      state.engine.unload(model.name);
      sendError(response, 404, `model '${ask.model}' not found`);
      return true;
    case "leak":
      if (state.engine.leak(model.name, fault.bytes) < fault.bytesMax) return false;
      state.engine.unload(model.name);
      sendError(response, 500, serverErrors.runnerStopped);
      return true;
    default:
      return false;
  }
}

/** An empty ask loads; with a keep-alive of nothing it unloads. */
async function loadOnly(given: Talk): Promise<void> {
  const { state, ask, model, response, signal } = given;
  const unloads = ask.keepAliveMs === 0;
  if (unloads) state.engine.unload(model.name);
  else {
    const request = { model, options: ask.options, keepAliveMs: ask.keepAliveMs };
    const loading = state.engine.load(request, { signal }).then(() => true);
    if (!(await unlessFull(given, loading))) return;
  }
  const last = {
    ...toChunk({ ask, model, fault: null, logprobs: false }, []),
    done: true,
    done_reason: unloads ? "unload" : "load",
  };
  if (!ask.stream) return sendJson(response, 200, last);
  openLines(response);
  response.end(`${JSON.stringify(last)}\n`);
}

async function takeTurn(given: Talk, work: (turn: Turn) => Promise<void>): Promise<void> {
  const { state, model, ask, signal } = given;
  const request = { model, options: ask.options, keepAliveMs: ask.keepAliveMs };
  const turn = await unlessFull(given, state.engine.enter(request, { signal }));
  if (!turn) return;
  try {
    await work(turn);
  } catch (error) {
    if (signal.aborted) given.entry.engineStopped = true;
    throw error;
  } finally {
    turn.leave();
  }
}

/** Null when the queue was full, and that was said. */
async function unlessFull<T>({ response }: Talk, entered: Promise<T>): Promise<T | null> {
  try {
    return await entered;
  } catch (error) {
    if (!(error instanceof QueueFull)) throw error;
    sendError(response, 503, serverErrors.busy);
    return null;
  }
}

/** Null when the answer is out already: something was no picture. */
async function readPictures(given: Talk): Promise<Picture[] | null> {
  const { state, ask, model, entry, response } = given;
  const pictures: Picture[] = [];
  for (const bytes of ask.images) {
    const picture = await readPicture(bytes);
    if (picture) {
      pictures.push(picture);
      continue;
    }
    if (!model.vision && !isAtLeast(state.version, 0, 30, 0)) continue;
    sendBadPicture(response, state.version);
    return null;
  }
  entry.pictures = pictures;
  if (pictures.length > 0 && !model.vision && isAtLeast(state.version, 0, 30, 0)) {
    sendNested(
      response,
      500,
      "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
    );
    return null;
  }
  return pictures;
}

function sendBadPicture(response: ServerResponse, version: string): void {
  if (isAtLeast(version, 0, 30, 0)) {
    sendNested(response, 400, "Failed to load image or audio file");
    return;
  }
  const inner = "unable to tokenize mtmd embedding from image";
  sendError(response, 500, `Failed to create new sequence: failed to process inputs: ${inner}`);
}

/** Since 0.30 the engine's own JSON travels inside the error's text. */
function sendNested(response: ServerResponse, code: number, message: string): void {
  const inner = { error: { code, message, type: "invalid_request_error" } };
  sendError(response, code, JSON.stringify(inner));
}

/** True when the fault was the whole answer. */
async function breakBeforeAnswer({ fault, response, signal }: Talk): Promise<boolean> {
  switch (fault?.type) {
    case "silence":
      await untilAborted(signal);
      return true;
    case "late-headers":
      await delay(fault.delayMs, undefined, { signal });
      return false;
    case "status":
      sendError(response, fault.status, fault.error);
      return true;
    case "page":
      response.writeHead(fault.status, { "Content-Type": "text/html" });
      response.end("<html><body><h1>A proxy's page, by the stand-in</h1></body></html>");
      return true;
    case "empty-body":
      openLines(response);
      response.end();
      return true;
    default:
      return false;
  }
}

async function answer(given: Talk, pictures: Picture[], turn: Turn): Promise<void> {
  const { state, ask, model, fault, response, signal } = given;
  const parsed = parseFormat(fault?.type === "format-ignored" ? null : ask.format);
  if ("refusal" in parsed) return sendError(response, 500, parsed.refusal);
  const made = createAnswer({ ask, model, pictures, schema: parsed.schema, fault });
  const promptMs = (state.secondsPerAnswer * 1000) / 2;
  const tokenMs = promptMs / Math.max(1, made.tokens.length);
  await delay(promptMs, undefined, { signal });

  const answerMs = promptMs + 1;
  const totalMs = turn.loadMs + promptMs + answerMs;
  const spent = { totalMs, loadMs: turn.loadMs, promptMs: promptMs + 1, answerMs };
  const last = {
    done: true,
    done_reason: made.doneReason,
    ...toMetrics(made, spent),
    ...(ask.route === "generate" && { context: [1, 2, 3] }),
  };
  if (ask.stream) return await streamAnswer(given, made, { last, tokenMs });

  await delay(tokenMs * made.tokens.length, undefined, { signal });
  const whole = toChunk(toChunkContext(given), made.tokens);
  sendJson(response, 200, fault?.type === "cut" ? whole : { ...whole, ...last });
}

function toChunkContext({ state, ask, model, fault }: Talk) {
  return { ask, model, fault, logprobs: isAtLeast(state.version, 0, 12, 11) };
}

async function streamAnswer(
  given: Talk,
  made: Answer,
  { last, tokenMs }: { last: object; tokenMs: number },
): Promise<void> {
  const { fault, response, signal } = given;
  const context = toChunkContext(given);
  if (fault?.type === "gzip") return sendPacked(given, made, last);
  openLines(response);
  if (fault?.type === "late-first-token") {
    response.flushHeaders();
    await delay(fault.delayMs, undefined, { signal });
  }
  const lineEnd = fault?.type === "bom-and-crlf" ? "\r\n" : "\n";
  const lines = createLineStream(response, createRandom(`${made.promptTokens}`), { lineEnd });
  if (fault?.type === "bom-and-crlf") await lines.writeRaw(Buffer.from("\ufeff"));

  const pauseMs = fault?.type === "slow-tokens" ? fault.delayMs : tokenMs;
  for (const [index, token] of made.tokens.entries()) {
    signal.throwIfAborted();
    if (await breakMidway(given, lines, index)) return;
    if (pauseMs > 0) await delay(pauseMs, undefined, { signal });
    await lines.write(toChunk(context, [token]));
  }
  if (await breakMidway(given, lines, Number.POSITIVE_INFINITY)) return;
  await lines.write({ ...toChunk(context, []), ...last });
  await lines.end({ lastLineFeed: fault?.type !== "no-last-line-feed" });
}

/** True when the fault ended the answer here. */
async function breakMidway(given: Talk, lines: LineStream, index: number): Promise<boolean> {
  const { fault, response, signal } = given;
  if (!fault) return false;
  if (fault.type === "huge-line" && index === 0) {
    await lines.writeRaw(Buffer.alloc(fault.bytes, "x"));
  }
  if (!("afterTokens" in fault)) return false;
  const isLast = index === Number.POSITIVE_INFINITY;
  if (fault.type === "bad-line") {
    if (index === fault.afterTokens) await lines.writeRaw(Buffer.from('{"model": stand-in\n'));
    return false;
  }
  if (!isLast && index < fault.afterTokens) return false;

  await lines.flush();
  switch (fault.type) {
    case "stall":
      await untilAborted(signal);
      return true;
    case "reset":
      response.write(`{"model":"stand-in","created_at":"${toGoTime(Date.now())}","mess`);
      await delay(5, undefined, { signal });
      response.socket?.resetAndDestroy();
      return true;
    case "cut":
      response.end();
      return true;
    case "error-line":
      response.end(`${JSON.stringify({ error: fault.error })}\n`);
      return true;
    default:
      fault satisfies never;
      return false;
  }
}

function sendPacked(given: Talk, made: Answer, last: object): void {
  const context = toChunkContext(given);
  const chunks = [...made.tokens.map((it) => toChunk(context, [it]))];
  const lines = [...chunks, { ...toChunk(context, []), ...last }].map((it) => JSON.stringify(it));
  openLines(given.response, { "Content-Encoding": "gzip" });
  given.response.end(gzipSync(`${lines.join("\n")}\n`));
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  if (signal.aborted) reject(signal.reason);
  await promise;
}

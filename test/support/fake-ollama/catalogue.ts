/** The questions about models: tags, ps, show, pull, delete. */
import type { ServerResponse } from "node:http";

import { toGoTime } from "./answer.ts";
import { createModel, type StandInModel, toDetails, toFullName } from "./models.ts";
import { openLines, sendEmpty, sendError, sendJson } from "./reply.ts";
import { isAtLeast, type State } from "./state.ts";

/** When every stand-in model was last changed: a fixed instant, so that answers repeat. */
const modifiedAt = Date.UTC(2026, 0, 2, 3, 4, 5);

export function sendTags(state: State, response: ServerResponse): void {
  const models = [...state.models.values()].map((model) => ({
    ...toListed(model),
    modified_at: toGoTime(modifiedAt),
  }));
  sendJson(response, 200, { models });
}

export function sendLoaded(state: State, response: ServerResponse): void {
  const models = state.engine.loaded().map(({ model, expiresAt, contextLength }) => ({
    ...toListed(model),
    expires_at: toGoTime(Math.min(expiresAt, Date.UTC(2318, 0, 1))),
    size_vram: 0,
    context_length: contextLength,
  }));
  sendJson(response, 200, { models });
}

export function sendShown(state: State, response: ServerResponse, body: unknown): void {
  const name = toAskedName(body);
  const model = state.models.get(toFullName(name));
  if (!model) {
    sendError(response, 404, `model '${name}' not found`);
    return;
  }
  sendJson(response, 200, {
    modelfile: "# stand-in, no model",
    parameters: "",
    template: "{{ .Prompt }}",
    details: toDetails(model),
    model_info: { "general.architecture": model.family },
    ...(model.vision && { projector_info: { "general.architecture": "clip" } }),
    ...(isAtLeast(state.version, 0, 6, 4) && { capabilities: model.capabilities }),
    modified_at: toGoTime(modifiedAt),
  });
}

export function removeModel(state: State, response: ServerResponse, body: unknown): void {
  const name = toAskedName(body);
  if (!state.models.delete(toFullName(name))) {
    sendError(response, 404, `model '${name}' not found`);
    return;
  }
  state.engine.unload(toFullName(name));
  sendEmpty(response, 200);
}

export function pullModel(state: State, response: ServerResponse, body: unknown): void {
  const name = toAskedName(body);
  const model = createModel(name);
  openLines(response);
  const write = (line: object): void => void response.write(`${JSON.stringify(line)}\n`);
  write({ status: "pulling manifest" });
  if (!state.pullable.map(toFullName).includes(model.name)) {
    write({ error: "pull model manifest: file does not exist" });
    return void response.end();
  }
  const layer = { digest: `sha256:${model.digest}`, total: model.sizeBytes };
  const status = `pulling ${model.digest.slice(0, 12)}`;
  write({ status, ...layer });
  for (const share of [0.25, 0.5, 1]) {
    write({ status, ...layer, completed: Math.floor(model.sizeBytes * share) });
  }
  if (state.pullStandsStill) {
    const again = setInterval(() => write({ status, ...layer, completed: model.sizeBytes }), 10);
    response.once("close", () => clearInterval(again));
    return;
  }
  write({ status: "verifying sha256 digest" });
  write({ status: "writing manifest" });
  state.models.set(model.name, model);
  write({ status: "success" });
  response.end();
}

function toAskedName(body: unknown): string {
  const { model, name } = (body ?? {}) as { model?: string; name?: string };
  return model ?? name ?? "";
}

function toListed(model: StandInModel): object {
  return {
    name: model.name,
    model: model.name,
    size: model.sizeBytes,
    digest: model.digest,
    details: toDetails(model),
  };
}

/** The models on the box: seen by everyone, fetched and deleted by admins. */
import { Hono } from "hono";

import type { ModelShelf, PullProgress } from "../../analysis/model-shelf.ts";
import type { ListedModel } from "../../analysis/vision-model.ts";
import { ApplianceError } from "../../base/errors.ts";
import type { ApiEnv } from "../guard.ts";
import {
  type Model,
  modelPage,
  modelParameter,
  type PullLine,
  pullLine,
  pullRequest,
} from "../model-contract.ts";
import { LINES_MEDIA_TYPE, lines, operation, valid } from "../operation.ts";

export interface ModelPorts {
  shelf: Pick<ModelShelf, "list" | "pull" | "remove">;
  isInUse(name: string): boolean;
}

const tag = "Models";
const list = operation({
  callers: "viewer",
  summary: "The models on the box, which of them see and which one is in use",
  tag,
  answers: { 200: modelPage },
});
const pull = operation({
  callers: "admin",
  summary:
    "Has Ollama fetch a model, one at a time, and tells how far it is, a line at a time. Hanging up " +
    "stops it; asking again goes on from there",
  audit: "model.pulled",
  tag,
  answers: { 200: lines(pullLine) },
});
const remove = operation({
  callers: "admin",
  summary: "Deletes a model from the box; not the one in use",
  audit: "model.deleted",
  tag,
  answers: { 204: null },
});

export function modelRoutes({ shelf, isInUse }: ModelPorts) {
  return new Hono<ApiEnv>()
    .get("/", list, async (c) => {
      const models = await shelf.list({ signal: c.req.raw.signal });
      return c.json({ items: models.map((it) => toModel(it, isInUse)), next_cursor: null });
    })
    .post("/pull", pull, valid("json", pullRequest), async (c) => {
      const left = new AbortController();
      const signal = AbortSignal.any([c.req.raw.signal, left.signal]);
      const progress = shelf.pull(c.req.valid("json").name, { signal })[Symbol.asyncIterator]();
      // What fails before the first line is refused as everything else is.
      const first = await progress.next();
      const body = toStream(toLines(first, progress), left);
      return c.body(body, 200, { "Content-Type": LINES_MEDIA_TYPE });
    })
    .delete("/:name", remove, valid("param", modelParameter), async (c) => {
      await shelf.remove(c.req.valid("param").name, { signal: c.req.raw.signal });
      return c.body(null, 204);
    });
}

function toModel(
  { name, digest, sizeBytes, sees, isLoaded }: ListedModel,
  isInUse: ModelPorts["isInUse"],
): Model {
  return { name, digest, size_bytes: sizeBytes, sees, in_use: isInUse(name), loaded: isLoaded };
}

async function* toLines(
  first: IteratorResult<PullProgress>,
  rest: AsyncIterator<PullProgress>,
): AsyncGenerator<PullLine> {
  try {
    for (let next = first; !next.done; next = await rest.next()) {
      const { step, completedBytes, totalBytes } = next.value;
      yield { state: "pulling", step, completed_bytes: completedBytes, total_bytes: totalBytes };
    }
    yield { state: "done" };
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    yield { state: "failed", sentence: error.message };
  } finally {
    await rest.return?.();
  }
}

/** Whoever stops reading has hung up, and the work behind the lines ends with that. */
function toStream(
  values: AsyncGenerator<PullLine>,
  left: AbortController,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await values.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      left.abort();
      await values.return(undefined).catch(() => {});
    },
  });
}

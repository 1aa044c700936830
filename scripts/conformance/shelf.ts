/** What a server says of the models that it keeps. */
import assert from "node:assert/strict";

import { z } from "zod";

import { type Check, isRefused, type Server } from "./check.ts";

const details = z.looseObject({
  format: z.string(),
  family: z.string(),
  families: z.array(z.string()).nullable(),
  parameter_size: z.string(),
  quantization_level: z.string(),
});
const listed = z.looseObject({
  name: z.string(),
  model: z.string(),
  modified_at: z.iso.datetime({ offset: true }),
  size: z.int().min(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  details,
});
const missing = "nobody-has-this-model";
const isMissing = /model .nobody-has-this-model(?::latest)?. not found/;

async function readTags({ get }: Server) {
  return z.object({ models: z.array(listed) }).parse(await (await get("/api/tags")).json()).models;
}

async function show({ post }: Server, body: unknown) {
  const response = await post("/api/show", body);
  assert.equal(response.status, 200);
  return z.looseObject({}).parse(await response.json());
}

export const shelf: readonly Check[] = [
  {
    name: "each model has a name, a size, a digest, a time and details",
    async run(server) {
      assert.ok((await readTags(server)).length > 0);
    },
  },
  {
    name: "a model's name has its tag",
    async run(server) {
      for (const { name } of await readTags(server)) assert.match(name, /:[^/]+$/);
    },
  },
  {
    name: "show gives details, template and the facts of the model",
    async run(server) {
      const shown = await show(server, { model: server.model });
      details.parse(shown["details"]);
      assert.equal(typeof shown["template"], "string");
      assert.equal(typeof shown["model_info"], "object");
    },
  },
  {
    name: "show takes the older field `name` as well",
    async run(server) {
      details.parse((await show(server, { name: server.model }))["details"]);
    },
  },
  {
    name: "show tells what a model can do",
    since: [0, 6, 4],
    async run(server) {
      const { capabilities } = await show(server, { model: server.model });
      assert.ok(z.array(z.string()).parse(capabilities).includes("completion"));
    },
  },
  {
    name: "a model that sees says so, or shows its picture encoder",
    needs: "vision",
    async run(server) {
      const shown = await show(server, { model: server.model });
      const { families } = details.parse(shown["details"]);
      const told = z.array(z.string()).optional().parse(shown["capabilities"]);
      assert.ok(told?.includes("vision") ?? families?.includes("clip"));
    },
  },
  {
    name: "show of a missing model is 404",
    run: ({ post }) =>
      post("/api/show", { model: missing }).then((it) => isRefused(it, [404], isMissing)),
  },
  {
    name: "show without a body is 400",
    run: ({ post }) =>
      post("/api/show", "").then((it) => isRefused(it, [400], /missing request body/)),
  },
  {
    name: "delete of a missing model is 404",
    async run({ get }) {
      const body = JSON.stringify({ model: missing });
      await isRefused(await get("/api/delete", { method: "DELETE", body }), [404], isMissing);
    },
  },
  {
    name: "a pull of what nobody publishes is 200 and ends with a line of error",
    async run({ post }) {
      const response = await post("/api/pull", { model: missing });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "application/x-ndjson");
      const lines = (await response.text())
        .trim()
        .split("\n")
        .map((text) => JSON.parse(text));
      assert.deepEqual(lines[0], { status: "pulling manifest" });
      assert.match(lines.at(-1).error, /pull model manifest/);
    },
  },
];

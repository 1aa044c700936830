/** What is in memory, for how long, and what makes a server load again. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { z } from "zod";

import { type Check, options, type Server, toLines, toWhole } from "./check.ts";

const loadedShape = z.looseObject({
  name: z.string(),
  model: z.string(),
  size: z.int(),
  digest: z.string(),
  expires_at: z.iso.datetime({ offset: true }),
  size_vram: z.int().min(0),
});

async function findLoaded({ get, model }: Server) {
  const response = await get("/api/ps");
  const { models } = z.object({ models: z.array(loadedShape) }).parse(await response.json());
  const found = models.find(({ name }) => name === model);
  const askedAt = Date.parse(response.headers.get("date") ?? "");
  return found && { ...found, leftMs: Date.parse(found.expires_at) - askedAt };
}

async function load({ chat }: Server, given: object = {}) {
  return (await toLines(await chat({ messages: [], ...given }))).at(-1);
}

/** A server unloads when it finds the time. */
async function untilGone(server: Server): Promise<void> {
  for (let look = 0; look < 50 && (await findLoaded(server)); look += 1) await pause(200);
  assert.equal(await findLoaded(server), undefined);
}

const minute = 60_000;

export const loading: readonly Check[] = [
  {
    name: "a question without a word loads the model",
    async run(server) {
      const last = await load(server);
      assert.deepEqual([last?.done, last?.done_reason], [true, "load"]);
      assert.ok(await findLoaded(server));
    },
  },
  {
    name: "generate without a prompt loads it too",
    async run(server) {
      const { post, model } = server;
      const body = { model, options, stream: false };
      assert.equal((await toWhole(await post("/api/generate", body))).done_reason, "load");
      assert.ok(await findLoaded(server));
    },
  },
  {
    name: "a keep-alive as a text is so long",
    async run(server) {
      await load(server, { keep_alive: "10m" });
      const leftMs = (await findLoaded(server))?.leftMs ?? 0;
      assert.ok(leftMs > 9 * minute && leftMs < 11 * minute, `${leftMs} ms are left`);
    },
  },
  {
    name: "a keep-alive as a number is in seconds",
    async run(server) {
      await load(server, { keep_alive: 1200 });
      const leftMs = (await findLoaded(server))?.leftMs ?? 0;
      assert.ok(leftMs > 19 * minute && leftMs < 21 * minute, `${leftMs} ms are left`);
    },
  },
  {
    name: "a keep-alive below zero is for ever",
    async run(server) {
      await load(server, { keep_alive: -1 });
      assert.ok(((await findLoaded(server))?.leftMs ?? 0) > 365 * 24 * 60 * minute);
    },
  },
  {
    name: "the same options do not load again, another num_ctx does",
    async run({ chat }) {
      const loadOf = async (given: object) =>
        (await toWhole(await chat({ stream: false, options: { ...options, ...given } })))
          .load_duration ?? 0;
      await loadOf({});
      const [warm, otherSeed] = [await loadOf({}), await loadOf({ seed: 2 })];
      const again = await loadOf({ num_ctx: 2048 });
      assert.ok(again > warm && again > otherSeed, `${warm}, ${otherSeed}, ${again} ns`);
    },
  },
  {
    name: "a keep-alive of nothing lets it go",
    async run(server) {
      await load(server);
      assert.equal((await load(server, { keep_alive: 0 }))?.done_reason, "unload");
      await untilGone(server);
    },
  },
];

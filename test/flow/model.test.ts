import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";

import { openAppliance } from "../../src/appliance.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { parseConfig } from "../../src/config/load.ts";
import { type FakeOllama, openFakeOllama } from "../support/fake-ollama/server.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { openTempFolder } from "../support/temp-folder.ts";

/** A busy machine is no failure. */
const patient = { timeout: 20_000 };

/** The whole appliance without a camera, in front of the stand-in. */
async function openBox(fake: FakeOllama) {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openTempFolder());
  const file = {
    data_dir: folder.path,
    server: { host: "127.0.0.1", port: 0 },
    ollama: { url: fake.url },
  };
  const given = { clock: systemClock, log: createLog({ level: "silent" }) };
  const box = opened.use(await openAppliance(parseConfig(stringify(file), {}), given));
  const stop = new AbortController();
  const running = box.run(stop.signal);
  opened.defer(async () => {
    stop.abort();
    await running;
  });
  const client = await openLanClient({
    url: `http://127.0.0.1:${box.address.port}`,
    setupCode: () => readFile(join(folder.path, "setup-code"), "utf8"),
  });
  opened.defer(() => client.close());
  const resources = opened.move();
  return {
    status: async (): Promise<Json> => await client.get("/status"),
    models: async (): Promise<Json> => await client.get("/models"),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

test("a box tries its model out at the start, and its status tells what became of it", {
  timeout: 60_000,
}, async () => {
  await using fake = await openFakeOllama({ version: "0.17.0" });
  await using box = await openBox(fake);
  await expect.poll(async () => (await box.status()).model.code, patient).toBe("ready");
  expect(fake.journal.asked().length).toBeGreaterThan(0);
  const { problems } = await box.status();
  expect(problems.map(({ code }: Json) => code)).toContain("ollama_outdated");
  expect(await box.models()).toMatchObject({
    items: [{ name: "llava:7b", sees: true, in_use: true, loaded: true }],
  });
});

test("a box whose model is not shown the picture says so in its status", {
  timeout: 60_000,
}, async () => {
  await using fake = await openFakeOllama();
  fake.setFault({ type: "image-ignored" });
  await using box = await openBox(fake);
  await expect.poll(async () => (await box.status()).model.code, patient).toBe("model_blind");
  const { state, model } = await box.status();
  expect(state).toBe("degraded");
  expect(model.sentence).toContain("fewer tokens than a picture has");
});

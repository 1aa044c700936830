import { afterEach, beforeEach, expect, test } from "vitest";
import type { PullProgress } from "../../src/analysis/model-shelf.ts";
import { createOllama, type OllamaOptions } from "../../src/analysis/ollama.ts";
import { systemClock } from "../../src/base/clock.ts";
import { type FakeOllama, openFakeOllama } from "../support/fake-ollama/server.ts";

const never = { signal: new AbortController().signal };
/** A busy machine is no failure. */
const patient = { timeout: 4000 };
let fake: FakeOllama;

beforeEach(async () => {
  fake = await openFakeOllama({ pullable: ["llava:7b", "moondream", "hf.co/someone/sees:q4"] });
});

afterEach(async () => {
  await fake[Symbol.asyncDispose]();
});

function createShelf(given: Partial<OllamaOptions> = {}) {
  const { url } = fake;
  return createOllama({ url, model: "llava:7b", timeoutMs: 5000, clock: systemClock, ...given });
}

async function collect(progress: AsyncIterable<PullProgress>): Promise<PullProgress[]> {
  const all: PullProgress[] = [];
  for await (const one of progress) all.push(one);
  return all;
}

test.each(["0.31.0", "0.6.0"])(
  "version %s tells which models there are, which see and which is loaded",
  async (version) => {
    fake.setVersion(version);
    fake.setModel("talker", { capabilities: ["completion"] });
    const shelf = createShelf();
    await shelf.probe(never);
    expect(await shelf.list(never)).toMatchObject([
      { name: "llava:7b", sees: true, isLoaded: true, sizeBytes: expect.any(Number) },
      { name: "talker:latest", sees: false, isLoaded: false },
    ]);
  },
);

test("a pull tells each step once, and then the model is there", async () => {
  const shelf = createShelf();
  const steps = await collect(shelf.pull("hf.co/someone/sees:q4", never));
  expect(steps[0]).toEqual({ step: "pulling manifest", completedBytes: null, totalBytes: null });
  expect(steps[1]).toMatchObject({ completedBytes: 0, totalBytes: expect.any(Number) });
  expect(steps.at(-1)?.step).toBe("success");
  expect(new Set(steps.map((step) => JSON.stringify(step))).size).toBe(steps.length);
  const names = (await shelf.list(never)).map(({ name }) => name);
  expect(names).toContain("hf.co/someone/sees:q4");
});

test("a model that nobody publishes is not found, in a sentence", async () => {
  await expect(collect(createShelf().pull("unheard-of", never))).rejects.toMatchObject({
    kind: "not-found",
    message: "Ollama could not fetch unheard-of: pull model manifest: file does not exist",
  });
});

test("one pull at a time, and when it is hung up on the next may begin", async () => {
  fake.holdPulls(true);
  const shelf = createShelf();
  const stop = new AbortController();
  const first = shelf.pull("moondream", { signal: stop.signal })[Symbol.asyncIterator]();
  await first.next();
  await expect(collect(shelf.pull("llava:7b", never))).rejects.toMatchObject({ kind: "conflict" });

  await first.return?.();
  await expect.poll(() => fake.journal.entries[0]?.ending, patient).toBe("left");
  fake.holdPulls(false);
  expect((await collect(shelf.pull("moondream", never))).at(-1)?.step).toBe("success");
});

test("a pull that repeats itself without getting on is given up", async () => {
  fake.holdPulls(true);
  const shelf = createShelf({ pullSilenceMs: 60 });
  await expect(collect(shelf.pull("moondream", never))).rejects.toMatchObject({
    kind: "timed-out",
    message: "Fetching moondream came to a stand. Check the line, and ask again to go on.",
  });
});

test("a model is deleted, one that is not there is not found, the one in use stays", async () => {
  fake.setModel("moondream");
  const shelf = createShelf({ model: "llava" });
  fake.setModel("llava");
  await shelf.remove("moondream", never);
  expect((await shelf.list(never)).map(({ name }) => name)).toEqual(["llava:7b", "llava:latest"]);
  await expect(shelf.remove("moondream", never)).rejects.toMatchObject({ kind: "not-found" });
  await expect(shelf.remove("llava:latest", never)).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("in use"),
  });
});

test("a model that is let go is not loaded any more", async () => {
  const shelf = createShelf();
  await shelf.probe(never);
  await shelf.unload(never);
  expect(await shelf.list(never)).toMatchObject([{ isLoaded: false }]);
});

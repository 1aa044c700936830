import { createServer } from "node:net";

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { WHOLE_VIEW } from "../../src/analysis/layout.ts";
import { createOllama, type OllamaOptions } from "../../src/analysis/ollama.ts";
import { toJpeg } from "../../src/analysis/picture.ts";
import { createRepairPrompt } from "../../src/analysis/prompt.ts";
import type { VisionModel } from "../../src/analysis/vision-model.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { Fault } from "../support/fake-ollama/faults.ts";
import { type FakeOllama, openFakeOllama } from "../support/fake-ollama/server.ts";
import { createManualClock, type ManualClock } from "../support/manual-clock.ts";

const never = new AbortController().signal;
/** A busy machine is no failure. */
const patient = { timeout: 4000 };
let fake: FakeOllama;
let model: VisionModel;

beforeEach(async () => {
  fake = await openFakeOllama();
  model = createModel();
});

afterEach(async () => {
  await fake[Symbol.asyncDispose]();
});

function createModel(given: Partial<OllamaOptions> = {}): VisionModel {
  const limits = { timeoutMs: 120_000, silenceMs: 60_000 };
  return createOllama({
    url: fake.url,
    model: "llava:7b",
    ...limits,
    clock: systemClock,
    ...given,
  });
}

/** Time passes in large steps until the work has come to its end. */
async function passTime(clock: ManualClock, stepMs: number, work: Promise<unknown>): Promise<void> {
  let over = false;
  const watched = work.then(
    () => {
      over = true;
    },
    () => {
      over = true;
    },
  );
  while (!over) await clock.advance(stepMs);
  await watched;
}

async function toRequest(grey: number) {
  const rgb = new Uint8Array(400 * 340 * 3).fill(grey);
  const jpeg = await toJpeg({ width: 400, height: 340, rgb }, { quality: 80 });
  return { jpegs: [jpeg], prompt: createRepairPrompt({ language: "en" }, WHOLE_VIEW) };
}

async function describe(grey = 90) {
  return await model.describe(await toRequest(grey), { signal: never });
}

test("a picture is described, with every fact of how", async () => {
  const answer = await describe();
  expect(JSON.parse(answer.text)).toMatchObject({ title: expect.stringContaining("Stand-in") });
  expect(answer).toMatchObject({
    model: "llava:7b",
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    serverVersion: "0.31.0-stand-in",
    doneReason: "stop",
  });
  expect(answer.promptTokens).toBeGreaterThan(576);
  expect(answer.logprobs?.map(({ token }) => token).join("")).toBe(answer.text);
});

test("characters of several bytes survive pieces that end inside of them", async () => {
  const { description } = JSON.parse((await describe()).text);
  expect(description).toContain("naïve note → jpeg 400 × 340 px, brightness 90");
});

test("another picture gets another answer, the same picture the same", async () => {
  const [dark, bright, darkAgain] = [await describe(30), await describe(200), await describe(30)];
  expect(bright.text).not.toBe(dark.text);
  expect(darkAgain.text).toBe(dark.text);
});

test("the model is loaded first, once, by a question without a word", async () => {
  await describe();
  await describe();
  const chats = fake.journal.entries.filter(({ path }) => path === "/api/chat");
  expect(chats.map(({ body }) => (body as { messages: [] }).messages.length)).toEqual([0, 2, 2]);
});

test("a model that was let go in the meantime is loaded again before it is asked", async () => {
  await describe();
  fake.unloadAll();
  const answer = await describe();
  expect(answer.durations.loadMs).toBeNull();
});

test("the options are the same in every request, so that nothing is loaded twice", async () => {
  await describe();
  await describe();
  const chats = fake.journal.entries.filter(({ path }) => path === "/api/chat");
  const options = chats.map(({ body }) => (body as { options: object }).options);
  const fixed = { temperature: 0, num_ctx: 4096, num_predict: 300 };
  expect(options).toEqual([fixed, { ...fixed, seed: 2 }, { ...fixed, seed: 2 }]);
});

test("a server too old for probabilities is not asked for any", async () => {
  fake.setVersion("0.12.10");
  expect((await describe()).logprobs).toBeNull();
});

const brokenAnswers: [string, Fault][] = [
  ["breaks off without done", { type: "cut", afterTokens: 4 }],
  ["breaks off before the first token", { type: "cut", afterTokens: 0 }],
  ["resets the connection inside a line", { type: "reset", afterTokens: 4 }],
  [
    "reports an error in the middle",
    { type: "error-line", afterTokens: 3, error: "out of memory" },
  ],
  ["sends a line that is no JSON", { type: "bad-line", afterTokens: 3 }],
  ["sends a line of eight megabytes", { type: "huge-line", bytes: 8 * 1024 * 1024 }],
  ["answers 200 without a body", { type: "empty-body" }],
  ["has lost its runner", { type: "status", status: 500, error: "model runner has stopped" }],
  ["refuses the picture", { type: "status", status: 400, error: "Failed to load image" }],
];

test.each(brokenAnswers)("a server that %s is an outage: model_failed", async (_, fault) => {
  fake.setFault(fault);
  await expect(describe()).rejects.toMatchObject({
    name: "ApplianceError",
    kind: "unavailable",
    details: { code: "model_failed" },
  });
  fake.setFault(null);
  await expect(describe()).resolves.toMatchObject({ doneReason: "stop" });
});

const harmless: [string, Fault][] = [
  ["a byte order mark and CRLF", { type: "bom-and-crlf" }],
  ["a last line without its line feed", { type: "no-last-line-feed" }],
  ["gzip that nobody asked for", { type: "gzip" }],
  ["a clock that is a year off", { type: "clock-skew", skewMs: 365 * 86_400_000 }],
  ["no probabilities although asked", { type: "no-logprobs" }],
  ["headers that come late", { type: "late-headers", delayMs: 50 }],
];

test.each(harmless)("an answer with %s is understood", async (_, fault) => {
  const well = await describe();
  fake.setFault(fault);
  expect((await describe()).text).toBe(well.text);
});

test("nothing is printed, whatever the server says", async () => {
  const spies = (["log", "warn", "error"] as const).map((name) => vi.spyOn(console, name));
  for (const fault of [
    { type: "page", status: 502 },
    { type: "page", status: 200 },
    { type: "bad-line", afterTokens: 2 },
    { type: "status", status: 500, error: "x" },
  ] satisfies Fault[]) {
    fake.setFault(fault);
    await expect(describe()).rejects.toThrow();
  }
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test("a busy server asks for patience: model_busy", async () => {
  const error = "server busy, please try again.  maximum pending requests exceeded";
  fake.setFault({ type: "status", status: 503, error });
  await expect(describe()).rejects.toMatchObject({
    kind: "unavailable",
    details: { code: "model_busy" },
  });
});

test.each([502, 200])(
  "a proxy's page with status %i is not Ollama: model_unreachable",
  async (status) => {
    fake.setFault({ type: "page", status });
    await expect(describe()).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("Check ollama.url"),
      details: { code: "model_unreachable" },
    });
  },
);

test("a server that is down is model_unreachable, and found again when it is back", async () => {
  await describe();
  await fake.stop();
  await expect(describe()).rejects.toMatchObject({
    kind: "unavailable",
    details: { code: "model_unreachable" },
  });
  expect(await model.status({ signal: never })).toMatchObject({ state: "unreachable" });

  await fake.start();
  await expect(describe()).resolves.toMatchObject({ doneReason: "stop" });
  expect(await model.status({ signal: never })).toMatchObject({ state: "ready" });
});

test("a model that is not installed says which command installs it", async () => {
  fake.removeModel("llava:7b");
  await expect(describe()).rejects.toMatchObject({
    kind: "not-found",
    message: expect.stringContaining("ollama pull llava:7b"),
    details: { code: "model_missing" },
  });
  expect(await model.status({ signal: never })).toMatchObject({ state: "model_missing" });
  expect(fake.journal.entries.some(({ path }) => path === "/api/pull")).toBe(false);
});

test("a model that cannot see is refused before it is asked", async () => {
  fake.setModel("llava:7b", { capabilities: ["completion"] });
  await expect(describe()).rejects.toMatchObject({
    kind: "unavailable",
    details: { code: "model_blind" },
  });
  expect(await model.status({ signal: never })).toMatchObject({ state: "model_blind" });
  expect(fake.journal.asked()).toHaveLength(0);
});

test("a server that dropped the picture is found out by the tokens it read", async () => {
  fake.setFault({ type: "image-ignored" });
  await expect(describe()).rejects.toMatchObject({ details: { code: "model_blind" } });
});

test("a family whose count proves nothing is believed", async () => {
  fake.setModel("moondream");
  model = createModel({ model: "moondream" });
  fake.setFault({ type: "image-ignored" });
  expect(await describe()).toMatchObject({ doneReason: "stop" });
});

test("a server before the list of capabilities is believed to see by its picture encoder", async () => {
  fake.setVersion("0.6.0");
  expect(await model.status({ signal: never })).toMatchObject({ state: "ready" });
  fake.setModel("llava:7b", { families: ["llama"] });
  expect(await model.status({ signal: never })).toMatchObject({ state: "model_blind" });
});

test("a model named without a tag is the latest one", async () => {
  fake.setModel("moondream");
  model = createModel({ model: "moondream" });
  expect(await model.status({ signal: never })).toMatchObject({ state: "ready" });
});

test("an answer that is cut at its limit says so", async () => {
  fake.setFault({ type: "says", text: '{"people": 1, "veh', doneReason: "length" });
  expect(await describe()).toMatchObject({ doneReason: "length", text: '{"people": 1, "veh' });
});

test("silence from the first moment ends at the deadline: model_timeout", async () => {
  const clock = createManualClock();
  model = createModel({ clock });
  fake.setFault({ type: "silence" });
  const ended = expect(describe()).rejects.toMatchObject({
    kind: "timed-out",
    message: "The model did not finish in the time it is given.",
    details: { code: "model_timeout" },
  });
  await expect.poll(() => fake.journal.asked().length, patient).toBe(1);
  await clock.advance(119_999);
  expect(fake.journal.asked()[0]?.ending).toBe("open");
  await clock.advance(1);
  await ended;
});

test("silence in the middle ends long before the deadline", async () => {
  const clock = createManualClock();
  const forEver = { timeoutMs: 1e12, loadTimeoutMs: 1e12, questionTimeoutMs: 1e12 };
  model = createModel({ clock, ...forEver });
  fake.setFault({ type: "stall", afterTokens: 5 });
  const described = describe();
  const ended = expect(described).rejects.toMatchObject({
    kind: "timed-out",
    message: "The model fell silent in the middle of its answer.",
  });
  await passTime(clock, 60_000, described);
  await ended;
});

test("a wedged server is a timeout too, and the client really leaves", async () => {
  await describe();
  const clock = createManualClock();
  model = createModel({ clock });
  fake.wedge();
  const ended = expect(describe()).rejects.toMatchObject({ kind: "timed-out" });
  await expect.poll(() => fake.journal.asked().length, patient).toBe(2);
  await clock.advance(120_000);
  await ended;
  await expect.poll(() => fake.journal.asked().at(-1)?.ending, patient).toBe("left");
});

test("a slow load does not count against the analysis", async () => {
  const clock = createManualClock();
  fake.setModel("llava:7b", { loadMs: 300 });
  model = createModel({ clock });
  const described = expect(describe()).resolves.toMatchObject({ doneReason: "stop" });
  const isLoading = () => fake.journal.entries.some(({ path }) => path === "/api/chat");
  await expect.poll(isLoading, patient).toBe(true);
  await clock.advance(10 * 60_000);
  await described;
});

test("the caller's abort comes back as it was given", async () => {
  fake.setFault({ type: "stall", afterTokens: 2 });
  const stop = new AbortController();
  const reason = new Error("the daemon stops");
  const described = model.describe(await toRequest(90), { signal: stop.signal });
  await expect.poll(() => fake.journal.asked().length, patient).toBe(1);
  stop.abort(reason);
  await expect(described).rejects.toBe(reason);
  await expect.poll(() => fake.journal.asked()[0]?.ending, patient).toBe("left");
});

test("a server that hangs up before a word counts as unreachable", async () => {
  const rude = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => rude.listen(0, "127.0.0.1", resolve));
  const { port } = rude.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const stranger = createOllama({ url, model: "llava:7b", timeoutMs: 1000, clock: systemClock });
  expect(await stranger.status({ signal: never })).toMatchObject({ state: "unreachable" });
  rude.close();
});

test("the models of the server are listed", async () => {
  fake.setModel("moondream");
  const models = await model.list({ signal: never });
  expect(models.map(({ name }) => name)).toEqual(["llava:7b", "moondream:latest"]);
});

import { afterEach, beforeEach, expect, test } from "vitest";

import { WHOLE_VIEW } from "../../src/analysis/layout.ts";
import { createModelKeeper, type KeeperParts } from "../../src/analysis/model-keeper.ts";
import { createOllama, type OllamaOptions } from "../../src/analysis/ollama.ts";
import { createCard } from "../../src/analysis/picture.ts";
import { createRepairPrompt } from "../../src/analysis/prompt.ts";
import type { VisionModel } from "../../src/analysis/vision-model.ts";
import { createLog } from "../../src/base/log.ts";
import type { Fault } from "../support/fake-ollama/faults.ts";
import { type FakeOllama, openFakeOllama } from "../support/fake-ollama/server.ts";
import { createManualClock, type ManualClock } from "../support/manual-clock.ts";

const never = { signal: new AbortController().signal };
/** A busy machine is no failure. */
const patient = { timeout: 4000 };
let fake: FakeOllama;
let clock: ManualClock;

beforeEach(async () => {
  fake = await openFakeOllama();
  clock = createManualClock();
});

afterEach(async () => {
  await fake[Symbol.asyncDispose]();
});

/** Only what a test lets time pass for can time out. */
function createKeeper(
  given: Partial<OllamaOptions> = {},
  parts: Partial<KeeperParts> = {},
): VisionModel {
  const limits = { timeoutMs: 120_000, questionTimeoutMs: 1e9, loadTimeoutMs: 1e9 };
  const model = createOllama({ url: fake.url, model: "llava:7b", clock, ...limits, ...given });
  const log = createLog({ level: "silent" });
  return createModelKeeper({ model, name: "llava:7b", recycleAfter: 500, clock, log, ...parts });
}

async function describe(keeper: VisionModel) {
  const jpeg = await createCard({ sidePx: 336 });
  return await keeper.describe(
    { jpegs: [jpeg], prompt: createRepairPrompt({ language: "en" }, WHOLE_VIEW) },
    never,
  );
}

/** How many pictures the model was shown, canaries included. */
const countShown = () => fake.journal.asked().filter(({ pictures }) => pictures.length > 0).length;

async function passTime(stepMs: number, work: Promise<unknown>): Promise<void> {
  let over = false;
  const end = () => {
    over = true;
  };
  work.then(end, end);
  while (!over) await clock.advance(stepMs);
}

test("a model is shown a canary once, and then again when version or digest change", async () => {
  const keeper = createKeeper();
  expect(await keeper.status(never)).toMatchObject({ state: "ready", warnings: [] });
  await keeper.status(never);
  await describe(keeper);
  await keeper.status(never);
  expect(countShown()).toBe(2);

  fake.setVersion("0.32.0");
  expect(await keeper.status(never)).toMatchObject({ state: "ready" });
  expect(countShown()).toBe(3);
  fake.setModel("llava:7b", { digest: "f".repeat(64) });
  expect(await keeper.status(never)).toMatchObject({ state: "ready" });
  await keeper.status(never);
  expect(countShown()).toBe(4);
});

test("two who ask at once share one canary, and a picture waits for its end", async () => {
  const keeper = createKeeper();
  await Promise.all([keeper.status(never), keeper.status(never), keeper.status(never)]);
  expect(countShown()).toBe(1);
});

const failures: [string, Fault, string][] = [
  ["drops the picture", { type: "image-ignored" }, "model_blind"],
  ["says nothing", { type: "says", text: "" }, "model_blank"],
  ["only thinks", { type: "thinks-only" }, "model_blank"],
  [
    "does not end",
    { type: "says", text: "red ".repeat(40), doneReason: "length" },
    "model_endless",
  ],
];

test.each(failures)(
  "a model that %s keeps the desk waiting, and says why",
  async (_, fault, state) => {
    fake.setFault(fault);
    const keeper = createKeeper();
    const status = await keeper.status(never);
    expect(status.state).toBe(state);
    expect(status.sentence).toMatch(/^llava:7b .*(?:ollama\.model|Update Ollama|Pull)/);
  },
);

test("a model that makes up the colours is let in, and everybody is told of the doubt", async () => {
  fake.setFault({ type: "made-up" });
  const status = await createKeeper().status(never);
  expect(status.state).toBe("ready");
  expect(status.warnings).toMatchObject([
    { code: "model_blind", sentence: expect.stringContaining("Update Ollama") },
  ]);
});

test("a failed canary is not for ever: mended, the model is found well after five minutes", async () => {
  fake.setFault({ type: "image-ignored" });
  const keeper = createKeeper();
  expect(await keeper.status(never)).toMatchObject({ state: "model_blind" });
  const shown = countShown();
  fake.setFault(null);
  await clock.advance(4 * 60_000);
  expect(await keeper.status(never)).toMatchObject({ state: "model_blind" });
  expect(countShown()).toBe(shown);
  await clock.advance(60_000);
  expect(await keeper.status(never)).toMatchObject({ state: "ready" });
});

test("a model that was pulled anew is shown the canary at once, whatever held it", async () => {
  fake.setFault({ type: "image-ignored" });
  const keeper = createKeeper();
  await keeper.status(never);
  fake.setFault(null);
  fake.setModel("llava:7b", { digest: "e".repeat(64) });
  expect(await keeper.status(never)).toMatchObject({ state: "ready" });
});

test("a model that hangs on the canary is told from one that is blind", async () => {
  fake.setFault({ type: "stall", afterTokens: 2 });
  const keeper = createKeeper();
  const asked = keeper.status(never);
  await expect.poll(countShown, patient).toBe(1);
  await passTime(120_000, asked);
  expect(await asked).toMatchObject({ state: "model_hanging" });
});

test("another language is a warning and no reason to wait", async () => {
  fake.setFault({ type: "says", text: "Rot, grün, blau, gelb, weiß und schwarz." });
  expect(await createKeeper().status(never)).toMatchObject({
    state: "ready",
    warnings: [{ code: "model_language" }],
  });
});

test("a server in trouble says nothing about the model's eyes, and is asked again soon", async () => {
  fake.setFault({ type: "status", status: 500, error: "model runner has unexpectedly stopped" });
  const keeper = createKeeper();
  expect(await keeper.status(never)).toMatchObject({ state: "model_failed" });
  fake.setFault(null);
  await clock.advance(5_000);
  expect(await keeper.status(never)).toMatchObject({ state: "ready" });
});

test("an old server works with a warning, one that is too old is not asked", async () => {
  fake.setVersion("0.17.0");
  const keeper = createKeeper();
  expect(await keeper.status(never)).toMatchObject({
    state: "ready",
    warnings: [{ code: "ollama_outdated", sentence: expect.stringContaining("CVE-2026-7482") }],
  });
  fake.setVersion("0.4.7");
  fake.journal.clear();
  expect(await keeper.status(never)).toMatchObject({
    state: "server_too_old",
    sentence: expect.stringContaining("Update it to 0.17.1"),
  });
  expect(countShown()).toBe(0);
});

test.each(["0.17.1", "0.31.0-rc1", "1.0.0", "0.0.0"])(
  "version %s is neither old nor too old",
  async (version) => {
    fake.setVersion(version);
    expect(await createKeeper().status(never)).toMatchObject({ state: "ready", warnings: [] });
  },
);

test("a slow picture is followed by a small question, and that is all when it is answered", async () => {
  const keeper = createKeeper();
  await keeper.status(never);
  fake.setFault({ type: "stall", afterTokens: 2 });
  const hung = describe(keeper);
  await expect.poll(countShown, patient).toBe(2);
  await Promise.all([
    expect(hung).rejects.toMatchObject({ kind: "timed-out" }),
    passTime(60_000, hung),
  ]);

  fake.setFault(null);
  expect(await keeper.status(never)).toMatchObject({ state: "ready" });
  expect(await keeper.status(never)).toMatchObject({ state: "ready" });
  expect(fake.journal.asked().filter(({ pictures }) => pictures.length === 0)).toHaveLength(1);
});

test("a server that answers for itself alone is wedged, and well again after a restart", async () => {
  const keeper = createKeeper();
  await keeper.status(never);
  fake.wedge();
  const hung = describe(keeper);
  await expect.poll(countShown, patient).toBe(2);
  await Promise.all([
    expect(hung).rejects.toMatchObject({ kind: "timed-out" }),
    passTime(60_000, hung),
  ]);

  const asked = keeper.status(never);
  await passTime(30_000, asked);
  expect(await asked).toMatchObject({
    state: "wedged",
    sentence: expect.stringContaining("restart Ollama"),
    version: "0.31.0-stand-in",
  });
  expect(fake.journal.asked().filter(({ pictures }) => pictures.length === 0)).toHaveLength(2);
  expect(fake.journal.entries.at(-1)?.body).toMatchObject({ messages: [], keep_alive: 0 });

  await fake.stop();
  expect(await keeper.status(never)).toMatchObject({ state: "unreachable" });
  await fake.start();
  expect(await keeper.status(never)).toMatchObject({ state: "ready" });
});

test("another client with other options is noticed by the loading in between", async () => {
  const slow = async (loadMs: number) => {
    const model = createOllama({ url: fake.url, model: "llava:7b", timeoutMs: 1e9, clock });
    const describeSlowly: VisionModel["describe"] = async (request, options) => {
      const answer = await model.describe(request, options);
      return { ...answer, durations: { ...answer.durations, loadMs } };
    };
    const keeper = createKeeper({}, { model: { ...model, describe: describeSlowly } });
    await keeper.status(never);
    await describe(keeper);
    return keeper;
  };
  expect(await (await slow(900)).status(never)).toMatchObject({ warnings: [] });

  const keeper = await slow(4200);
  expect(await keeper.status(never)).toMatchObject({
    state: "ready",
    warnings: [{ code: "model_reloaded", sentence: expect.stringContaining("4.2 s") }],
  });
  await clock.advance(61 * 60_000);
  expect(await keeper.status(never)).toMatchObject({ warnings: [] });
});

test("after so many pictures the model is let go once, between two of them", async () => {
  const keeper = createKeeper({}, { recycleAfter: 2 });
  for (let picture = 0; picture < 5; picture += 1) await describe(keeper);
  const kinds = fake.journal.entries
    .filter(({ path }) => path === "/api/chat")
    .map(({ body }) => {
      const { messages, keep_alive: keptFor } = body as {
        messages: unknown[];
        keep_alive: unknown;
      };
      if (messages.length > 0) return "picture";
      return keptFor === 0 ? "let go" : "load";
    });
  const pair = ["load", "picture", "picture", "let go"];
  expect(kinds).toEqual([...pair, ...pair, "load", "picture"]);
});

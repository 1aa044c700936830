import { afterEach, beforeEach, expect, test } from "vitest";

import { type AnalyzerPorts, createAnalyzer } from "../../src/analysis/analyzer.ts";
import { familyOf } from "../../src/analysis/model-family.ts";
import { createOllama } from "../../src/analysis/ollama.ts";
import { createCard, toJpeg } from "../../src/analysis/picture.ts";
import { PROMPT_VERSION } from "../../src/analysis/prompt.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import type { MotionEvent } from "../../src/events/event.ts";
import { readPicture } from "../support/fake-ollama/picture.ts";
import { type FakeOllama, openFakeOllama } from "../support/fake-ollama/server.ts";
import { createPlace } from "../support/sample-events.ts";

const never = new AbortController().signal;
/** A busy machine is no failure. */
const patient = { timeout: 4000 };
let fake: FakeOllama;

beforeEach(async () => {
  fake = await openFakeOllama();
});

afterEach(async () => {
  await fake[Symbol.asyncDispose]();
});

const event: MotionEvent = {
  id: "event-1",
  cameraId: "dock-door",
  startedAt: Date.UTC(2026, 0, 1),
  endedAt: Date.UTC(2026, 0, 1) + 9000,
  timestamp: Date.UTC(2026, 0, 1) + 3000,
  confidence: 0.9,
  significanceScore: 0.7,
  boxes: [[0.4, 0.4, 0.1, 0.2]],
  snapshot: "event-1.jpg",
  analysisStatus: "running",
  analysisReason: null,
  motionSummary: "Motion for 9 s.",
  revision: 3,
};

async function createPicture(grey = 70): Promise<Uint8Array> {
  const rgb = new Uint8Array(1280 * 720 * 3).fill(grey);
  return await toJpeg({ width: 1280, height: 720, rgb }, { quality: 80 });
}

async function createTestAnalyzer(given: Partial<AnalyzerPorts> = {}) {
  const picture = await createPicture();
  return createAnalyzer({
    loadEvent: (id) => ({ event: { ...event, id }, earlier: [], place: createPlace() }),
    readPicture: async () => picture,
    model: createOllama({
      url: fake.url,
      model: "llava:7b",
      timeoutMs: 20_000,
      clock: systemClock,
    }),
    family: familyOf("llava:7b"),
    clock: systemClock,
    log: createLog({ level: "silent" }),
    timeZone: "UTC",
    ...given,
  });
}

async function analyze(given: Partial<AnalyzerPorts> = {}) {
  const analyzer = await createTestAnalyzer(given);
  return await analyzer.analyze({ eventId: "event-1", byHand: false }, { signal: never });
}

test("an event's picture becomes a description", async () => {
  const outcome = await analyze();
  expect(outcome).toMatchObject({
    type: "done",
    serverVersion: "0.31.0-stand-in",
    description: {
      eventId: "event-1",
      model: "llava:7b",
      promptVersion: PROMPT_VERSION,
      title: expect.stringContaining("Stand-in"),
      description: expect.stringContaining("brightness 70"),
      reusedFrom: null,
    },
  });
  const { description } = outcome as Extract<typeof outcome, { type: "done" }>;
  expect(description.confidence).toBeGreaterThan(0);
  expect(description.confidence).toBeLessThanOrEqual(1);
});

test("the model sees one JPEG, of at most 672 pixels a side", async () => {
  const outcome = await analyze();
  const [asked] = fake.journal.asked();
  expect(asked?.pictures).toHaveLength(1);
  const [picture] = asked?.pictures ?? [];
  expect(picture).toMatchObject({ format: "jpeg" });
  expect(Math.max(picture?.width ?? 0, picture?.height ?? 0)).toBeLessThanOrEqual(672);
  expect(outcome).toMatchObject({ imageHash: picture?.sha256 });
});

test("a description made from a fenced answer with prose is the same description", async () => {
  const plain = await analyze();
  fake.setFault({ type: "wraps", before: "Sure:\n```json\n", after: "\n```\nAnything else?" });
  const wrapped = await analyze();
  for (const outcome of [plain, wrapped]) expect(outcome.type).toBe("done");
  const words = (outcome: typeof plain) => outcome.type === "done" && outcome.description.title;
  expect(words(wrapped)).toBe(words(plain));
});

test("an unreadable answer is asked for once more, differently, and may then be good", async () => {
  fake.setFault({ type: "says", text: "I see a person." }, { times: 1 });
  expect(await analyze()).toMatchObject({ type: "done" });
  const seeds = fake.journal
    .asked()
    .map(({ body }) => (body as { options: { seed: number } }).options.seed);
  expect(seeds).toEqual([1, 2]);
});

const badAnswers: [string, string][] = [
  ["prose", "I see a person."],
  ["a missing field", '{"people": 1, "title": "x"}'],
  ["white space without an end", "{\n\t\n\t\n\t\n\t"],
];

test.each(badAnswers)("%s twice is a bad answer, and kept", async (_, text) => {
  fake.setFault({ type: "says", text });
  expect(await analyze()).toMatchObject({ type: "bad-answer", rawAnswer: text });
  expect(fake.journal.asked()).toHaveLength(2);
});

test("an answer that was cut off is a bad answer even when it happens to be balanced", async () => {
  const text = '{"people":0,"vehicles":0,"concern":0,"title":"x"}';
  fake.setFault({ type: "says", text, doneReason: "length" });
  expect(await analyze()).toMatchObject({ type: "bad-answer", reason: /cut off/, rawAnswer: text });
});

test("a model that only thinks and says nothing gives a bad answer", async () => {
  fake.setFault({ type: "thinks-only" });
  expect(await analyze()).toMatchObject({ type: "bad-answer" });
});

test("a missing model, a blind one and a dead server are outages, each with its code", async () => {
  fake.setModel("llava:7b", { capabilities: ["completion"] });
  expect(await analyze()).toMatchObject({ type: "outage", code: "model_blind" });
  fake.removeModel("llava:7b");
  expect(await analyze()).toMatchObject({
    type: "outage",
    code: "model_missing",
    reason: expect.stringContaining("ollama pull llava:7b"),
  });
  await fake.stop();
  expect(await analyze()).toMatchObject({ type: "outage", code: "model_unreachable" });
});

test("a broken answer is an outage, asked for only once", async () => {
  fake.setFault({ type: "cut", afterTokens: 3 });
  expect(await analyze()).toMatchObject({ type: "outage", code: "model_failed" });
  expect(fake.journal.asked()).toHaveLength(1);
});

const crash = {
  type: "status",
  status: 500,
  error: "model runner has unexpectedly stopped",
} as const;

test("a picture that breaks the model again and again, alone, is a bad answer", async () => {
  const analyzer = await createTestAnalyzer();
  await analyzer.analyze({ eventId: "event-1", byHand: false }, { signal: never });
  const poison = fake.journal.asked()[0]?.pictures[0]?.sha256 ?? "";
  fake.setFault(crash, { sha256: poison });

  const ends: string[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const outcome = await analyzer.analyze(
      { eventId: "event-1", byHand: false },
      { signal: never },
    );
    ends.push(outcome.type);
  }
  expect(ends).toEqual(["outage", "outage", "bad-answer"]);
});

test("a server that breaks on every picture is an outage for ever", async () => {
  const analyzer = await createTestAnalyzer();
  fake.setFault(crash);
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const outcome = await analyzer.analyze(
      { eventId: "event-1", byHand: false },
      { signal: never },
    );
    expect(outcome).toMatchObject({ type: "outage", code: "model_failed" });
  }
});

test("an event that is gone, or has no readable picture, is skipped with a sentence", async () => {
  const half = (await createPicture()).subarray(0, 1000);
  const without = { event: { ...event, snapshot: null }, earlier: [], place: createPlace() };
  const ends = [
    await analyze({ loadEvent: () => null }),
    await analyze({ loadEvent: () => without }),
    await analyze({ readPicture: async () => null }),
    await analyze({ readPicture: async () => half }),
  ];
  for (const end of ends) {
    expect(end).toMatchObject({
      type: "skipped",
      reason: expect.stringMatching(/^The event.*\.$/),
    });
  }
  expect(fake.journal.entries).toHaveLength(0);
});

test("an abort is not an outcome", async () => {
  fake.setFault({ type: "silence" });
  const stop = new AbortController();
  const analyzer = await createTestAnalyzer();
  const analysed = analyzer.analyze({ eventId: "event-1", byHand: false }, { signal: stop.signal });
  await expect.poll(() => fake.journal.asked().length, patient).toBe(1);
  stop.abort();
  await expect(analysed).rejects.toBe(stop.signal.reason);
});

test("the desk is told whether the model is ready, and why not", async () => {
  const analyzer = await createTestAnalyzer();
  expect(await analyzer.isModelReady({ signal: never })).toEqual({ ready: true });
  await fake.stop();
  expect(await analyzer.isModelReady({ signal: never })).toEqual({
    ready: false,
    code: "model_unreachable",
    reason: expect.stringContaining("does not answer"),
  });
});

test("the card of the poison test can be read", async () => {
  const card = await readPicture(Buffer.from(await createCard({ sidePx: 672 })));
  expect(card).toMatchObject({ width: 672, height: 672, brightness: 128 });
});

/** Pictures by event id; all of the same camera unless said. */
async function createKnowingAnalyzer(
  pictures: Record<string, Uint8Array>,
  changes: Record<string, Partial<MotionEvent>> = {},
) {
  const analyzer = await createTestAnalyzer({
    loadEvent: (id) => ({
      event: { ...event, id, snapshot: id, ...changes[id] },
      earlier: [],
      place: createPlace(),
    }),
    readPicture: async (name) => pictures[name] ?? null,
  });
  await analyzer.isModelReady({ signal: never });
  return async (eventId: string, byHand = false) =>
    await analyzer.analyze({ eventId, byHand }, { signal: never });
}

test("a second event of the same scene repeats the first one's words without the model", async () => {
  const picture = await createPicture();
  const ask = await createKnowingAnalyzer({ first: picture, second: picture, third: picture });
  const first = await ask("first");
  const calls = fake.journal.asked().length;
  expect(await ask("second")).toMatchObject({
    type: "reused",
    serverVersion: "0.31.0-stand-in",
    imageHash: fake.journal.asked()[0]?.pictures[0]?.sha256,
    description: {
      eventId: "second",
      reusedFrom: "first",
      processingMs: 0,
      title: first.type === "done" ? first.description.title : "",
    },
  });
  // The source is the one that was described, never another repetition.
  expect(await ask("third")).toMatchObject({ description: { reusedFrom: "first" } });
  expect(fake.journal.asked()).toHaveLength(calls);
});

test("what a person asks for, another camera sees or comes much later is described anew", async () => {
  const picture = await createPicture();
  const later = { timestamp: event.timestamp + 11 * 60_000 };
  const ask = await createKnowingAnalyzer(
    { first: picture, byHand: picture, elsewhere: picture, later: picture },
    { elsewhere: { cameraId: "yard" }, later },
  );
  await ask("first");
  expect(await ask("byHand", true)).toMatchObject({ type: "done" });
  expect(await ask("elsewhere")).toMatchObject({ type: "done" });
  expect(await ask("later")).toMatchObject({ type: "done" });
});

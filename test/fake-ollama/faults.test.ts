import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";

import { type Fault, type ScriptEntry, serverErrors } from "../support/fake-ollama/faults.ts";
import { type FakeOllama, openFakeOllama } from "../support/fake-ollama/server.ts";

let fake: FakeOllama;

beforeEach(async () => {
  fake = await openFakeOllama();
});

afterEach(async () => {
  await fake[Symbol.asyncDispose]();
});

const format = {
  type: "object",
  properties: {
    people: { type: "integer" },
    activity: { type: "string", enum: ["walking", "none"] },
    note: { type: "string" },
  },
  required: ["people", "activity", "note"],
};

async function ask(given: object = {}) {
  const messages = [{ role: "user", content: "What is it?" }];
  const body = JSON.stringify({ model: "llava:7b", messages, format, ...given });
  return await fetch(`${fake.url}/api/chat`, { method: "POST", body });
}

async function hear(fault: Fault | null, given: object = {}) {
  fake.setFault(fault);
  const response = await ask({ stream: false, ...given });
  const body = (await response.json()) as {
    message: { content: string };
    done_reason: string;
    logprobs?: unknown[];
  };
  return { ...body, text: body.message.content };
}

async function statuses(script: readonly ScriptEntry[], count: number): Promise<number[]> {
  fake.playScript(script);
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) all.push((await ask({ stream: false })).status);
  return all;
}

const busy: Fault = { type: "status", status: 503, error: serverErrors.busy };
const stopped: Fault = { type: "status", status: 500, error: serverErrors.runnerStopped };

test("a script plays its scenes one after the other, and then all is well", async () => {
  const script = [
    { fault: busy, times: 2 },
    { fault: null, times: 1 },
    { fault: stopped, times: 1 },
  ];
  expect(await statuses(script, 6)).toEqual([503, 503, 200, 500, 200, 200]);
});

test("a share of the asks is drawn from the seed, the same each time", async () => {
  const script = [{ fault: stopped, share: 0.5, seed: "a" }];
  const first = await statuses(script, 20);
  expect(await statuses(script, 20)).toEqual(first);
  expect(new Set(first)).toEqual(new Set([200, 500]));
});

test("a scene may last a while instead of a number of asks", async () => {
  expect(await statuses([{ fault: busy, forMs: 0 }], 2)).toEqual([503, 200]);
});

test("a first token may come late, after its headers", async () => {
  fake.setFault({ type: "late-first-token", delayMs: 20 });
  const response = await ask();
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('"done":true');
});

test("an answer is spoilt in one field, and its form stays", async () => {
  const people = async (how: "wrong-type" | "missing-field" | "number-as-text") =>
    JSON.parse((await hear({ type: "spoils", how })).text).people;
  expect(await people("wrong-type")).toEqual({ nested: true });
  expect(await people("missing-field")).toBeUndefined();
  expect(await people("number-as-text")).toMatch(/^[0-9]$/);
  const { text } = await hear({ type: "spoils", how: "wrong-choice" });
  expect(JSON.parse(text).activity).toBe("not one of them");
});

test("a form may be ignored, white space may run to the limit, odd characters come through", async () => {
  expect((await hear({ type: "format-ignored" })).text).toMatch(/^Stand-in/);
  const blank = await hear({ type: "whitespace-run" }, { options: { num_predict: 20 } });
  expect([blank.done_reason, blank.text.trim()]).toEqual(["length", "{"]);
  expect((await hear({ type: "odd-text" })).text).toContain("Stand\u0000\ud800in");
});

test("probabilities may be there for some of the tokens only", async () => {
  const count = async (fault: Fault | null) => {
    fake.setFault(fault);
    const lines = (await (await ask({ logprobs: true })).text()).trim().split("\n");
    return lines.filter((line) => line.includes("logprobs")).length;
  };
  const [all, some] = [await count(null), await count({ type: "short-logprobs" })];
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(all);
});

test("an engine that leaks dies of it, unless its model is let go in time", async () => {
  const leak: ScriptEntry[] = [{ fault: { type: "leak", bytes: 10, bytesMax: 30 } }];
  expect(await statuses(leak, 4)).toEqual([200, 200, 500, 200]);
  const body = JSON.stringify({ model: "llava:7b", keep_alive: 0 });
  await fetch(`${fake.url}/api/chat`, { method: "POST", body });
  expect(await statuses(leak, 3)).toEqual([200, 200, 500]);
});

test("version, digest and model may change while it runs", async () => {
  const get = async (path: string) => await (await fetch(fake.url + path)).json();
  fake.setFault({ type: "version-flip", version: "0.40.0" }, { times: 1 });
  await (await ask()).text();
  expect(await get("/api/version")).toEqual({ version: "0.40.0-stand-in" });

  const digest = "a".repeat(64);
  fake.setFault({ type: "digest-change", digest }, { times: 1 });
  await (await ask()).text();
  expect(await get("/api/tags")).toMatchObject({ models: [{ digest }] });

  fake.setFault({ type: "model-deleted" });
  expect((await ask()).status).toBe(404);
  expect(await get("/api/tags")).toEqual({ models: [] });
});

test("a wedge begins with the ask that meets it, and questions are still answered", async () => {
  fake.setFault({ type: "wedge" });
  const leave = new AbortController();
  const body = JSON.stringify({ model: "llava:7b", messages: [{ role: "user", content: "?" }] });
  const hung = fetch(`${fake.url}/api/chat`, { method: "POST", body, signal: leave.signal });
  await expect.poll(() => fake.journal.asked().length, { timeout: 4000 }).toBe(1);
  expect((await fetch(`${fake.url}/api/version`)).status).toBe(200);
  leave.abort();
  await expect(hung).rejects.toThrow();
});

test("a fault may wait for one picture alone", async () => {
  const background = "grey";
  const create = { width: 40, height: 30, channels: 3, background } as const;
  const image = (await sharp({ create }).jpeg().toBuffer()).toString("base64");
  const messages = [{ role: "user", content: "?", images: [image] }];
  await (await ask({ messages })).text();
  const sha256 = fake.journal.asked()[0]?.pictures[0]?.sha256 ?? "";
  fake.setFault(stopped, { sha256 });
  expect([(await ask()).status, (await ask({ messages })).status]).toEqual([200, 500]);
});

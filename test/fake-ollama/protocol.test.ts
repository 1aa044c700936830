import { request } from "node:http";

import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";

import { type FakeOllama, openFakeOllama } from "../support/fake-ollama/server.ts";

/** A busy machine is no failure. */
const patient = { timeout: 4000 };
let fake: FakeOllama;

beforeEach(async () => {
  fake = await openFakeOllama();
});

afterEach(async () => {
  await fake[Symbol.asyncDispose]();
});

const schema = {
  type: "object",
  properties: {
    people: { type: "integer" },
    activity: { type: "string", enum: ["walking", "none"] },
    alarming: { type: "boolean" },
    note: { type: "string", maxLength: 30 },
    objects: { type: "array", items: { type: "string" }, maxItems: 3 },
  },
  required: ["people", "activity", "alarming", "note", "objects"],
};

async function createImage(grey: number, format: "jpeg" | "png" = "jpeg"): Promise<string> {
  const background = { r: grey, g: grey, b: grey };
  const image = sharp({ create: { width: 400, height: 300, channels: 3, background } });
  return (await image.toFormat(format).toBuffer()).toString("base64");
}

async function post(path: string, body: unknown) {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  return await fetch(fake.url + path, { method: "POST", body: payload });
}

async function ask(given: object = {}) {
  const messages = [{ role: "user", content: "What is it?", images: [await createImage(90)] }];
  return await post("/api/chat", { model: "llava:7b", messages, ...given });
}

const toLines = (body: string) =>
  body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

test("it says what it is, in its version and in every text", async () => {
  expect(await (await fetch(`${fake.url}/api/version`)).json()).toEqual({
    version: "0.31.0-stand-in",
  });
  expect(await (await fetch(fake.url)).text()).toContain("stand-in");
  const { message } = (await (await ask({ stream: false })).json()) as {
    message: { content: string };
  };
  expect(message.content).toContain("Stand-in, no model");
});

test("the router answers for itself in plain text", async () => {
  const lost = await fetch(`${fake.url}/api/nothing`);
  expect([lost.status, await lost.text()]).toEqual([404, "404 page not found"]);
  expect(lost.headers.get("content-type")).toContain("text/plain");
  expect((await fetch(`${fake.url}/api/chat`)).status).toBe(405);
  expect((await fetch(`${fake.url}/api/tags`, { method: "HEAD" })).status).toBe(200);
});

test("a foreign host and a foreign origin are refused", async () => {
  const status = await new Promise((resolve, reject) => {
    const asked = request(`${fake.url}/api/tags`, { headers: { Host: "evil.example" } });
    asked.on("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on("error", reject);
    asked.end();
  });
  expect(status).toBe(403);
  const origin = await fetch(`${fake.url}/api/tags`, {
    headers: { Origin: "http://evil.example" },
  });
  expect(origin.status).toBe(403);
});

test("an answer streams by default, and only its last line has counts", async () => {
  const response = await ask();
  expect(response.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = toLines(await response.text());
  const last = lines.at(-1);
  expect(lines.slice(0, -1).every((line) => line.done === false && !("eval_count" in line))).toBe(
    true,
  );
  expect(last).toMatchObject({ done: true, done_reason: "stop", message: { content: "" } });
  expect(last.eval_count).toBe(lines.length - 1);
  expect(last.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
  expect(Number.isInteger(last.total_duration)).toBe(true);
});

test("the whole answer at once is the streamed one put together", async () => {
  const streamed = toLines(await (await ask({ format: schema })).text());
  const whole = (await (await ask({ format: schema, stream: false })).json()) as {
    message: { content: string };
  };
  expect(streamed.map((line) => line.message.content).join("")).toBe(whole.message.content);
});

test("the pieces end anywhere, also inside of a character", async () => {
  const response = await ask({ format: schema });
  const edges: number[] = [];
  const bytes: Buffer[] = [];
  for await (const piece of response.body ?? []) {
    bytes.push(Buffer.from(piece));
    edges.push((piece as Uint8Array).at(-1) ?? 0);
  }
  expect(edges.some((edge) => edge !== "\n".charCodeAt(0))).toBe(true);
  expect(toLines(Buffer.concat(bytes).toString()).at(-1)).toMatchObject({ done: true });
});

test("a schema is satisfied, and the answer is the picture's own", async () => {
  const answers = new Set<string>();
  for (const grey of [20, 120, 230]) {
    const messages = [{ role: "user", content: "?", images: [await createImage(grey)] }];
    const response = await ask({ messages, format: schema, stream: false });
    const { message } = (await response.json()) as { message: { content: string } };
    const answer = JSON.parse(message.content);
    expect(Object.keys(answer)).toEqual(Object.keys(schema.properties));
    expect(Number.isInteger(answer.people)).toBe(true);
    expect(["walking", "none"]).toContain(answer.activity);
    expect(typeof answer.alarming).toBe("boolean");
    expect(answer.note.length).toBeLessThanOrEqual(30);
    answers.add(message.content);
  }
  expect(answers.size).toBeGreaterThan(1);
});

test("a format that is no schema is a 500 with the server's sentence", async () => {
  const response = await ask({ format: "xml" });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    error: 'invalid format: "xml"; expected "json" or a valid JSON Schema object',
  });
});

test("the limit of tokens cuts the text and says so", async () => {
  const lines = toLines(await (await ask({ format: schema, options: { num_predict: 5 } })).text());
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toMatchObject({ done_reason: "length", eval_count: 5 });
});

const refused: [string, unknown, string][] = [
  ["no body", "", "missing request body"],
  ["no JSON", "hello", "invalid character 'h' looking for beginning of value"],
  [
    "a model that is a number",
    { model: 7 },
    "json: cannot unmarshal number into Go struct field ChatRequest.model of type string",
  ],
  [
    "too many alternatives",
    { model: "llava:7b", messages: [], top_logprobs: 21 },
    "top_logprobs must be between 0 and 20",
  ],
  [
    "a keep-alive of no duration",
    { model: "llava:7b", keep_alive: "soon" },
    'time: invalid duration "soon"',
  ],
  [
    "thinking that it cannot",
    { model: "llava:7b", messages: [{ role: "user", content: "?" }], think: true },
    '"llava:7b" does not support thinking',
  ],
];

test.each(refused)("%s is a 400", async (_, body, error) => {
  const response = await post("/api/chat", body);
  expect([response.status, await response.json()]).toEqual([400, { error }]);
});

test.each([
  ["data:image/jpeg;base64,AAAA", 4],
  ["AAA", 0],
  ["AAAA====", 4],
  ["AA-A", 2],
])("the picture %s is not base64", async (image, at) => {
  const messages = [{ role: "user", content: "?", images: [image] }];
  const response = await ask({ messages });
  expect([response.status, await response.json()]).toEqual([
    400,
    { error: `illegal base64 data at input byte ${at}` },
  ]);
});

test("bytes that are no picture are refused in the manner of the version", async () => {
  const messages = [{ role: "user", content: "?", images: ["aGVsbG8="] }];
  const modern = await ask({ messages });
  const { error } = (await modern.json()) as { error: string };
  expect(modern.status).toBe(400);
  expect(JSON.parse(error).error.message).toBe("Failed to load image or audio file");

  fake.setVersion("0.24.0");
  const legacy = await ask({ messages });
  expect(legacy.status).toBe(500);
  expect(await legacy.text()).toContain("unable to tokenize mtmd embedding from image");
});

test("a picture costs as many tokens as its tiles", async () => {
  const countOf = async (images: string[]) => {
    const messages = [{ role: "user", content: "?", images }];
    const response = await ask({ messages, stream: false });
    return ((await response.json()) as { prompt_eval_count: number }).prompt_eval_count;
  };
  const picture = await createImage(90);
  expect((await countOf([picture])) - (await countOf([]))).toBe(3 * 576);
});

test("a missing model is a 404 everywhere", async () => {
  for (const [path, method] of [
    ["/api/chat", "POST"],
    ["/api/show", "POST"],
    ["/api/delete", "DELETE"],
  ] as const) {
    const body = JSON.stringify({ model: "gone", messages: [] });
    const response = await fetch(fake.url + path, { method, body });
    expect([response.status, await response.json()]).toEqual([
      404,
      { error: "model 'gone' not found" },
    ]);
  }
});

test("a question without a word loads, and with no keep-alive unloads", async () => {
  const loaded = async () => {
    const response = await fetch(`${fake.url}/api/ps`);
    return ((await response.json()) as { models: { name: string }[] }).models.map(
      ({ name }) => name,
    );
  };
  const load = toLines(await (await post("/api/chat", { model: "llava:7b" })).text());
  expect(load).toMatchObject([{ done: true, done_reason: "load" }]);
  expect(await loaded()).toEqual(["llava:7b"]);

  const unload = await post("/api/generate", { model: "llava:7b", keep_alive: 0, stream: false });
  expect(await unload.json()).toMatchObject({ done: true, done_reason: "unload" });
  expect(await loaded()).toEqual([]);
});

test("other options load the model again, the same options do not", async () => {
  const loadOf = async (options: object) => {
    const response = await ask({ options, stream: false });
    return ((await response.json()) as { load_duration?: number }).load_duration;
  };
  expect(await loadOf({ num_ctx: 4096, seed: 1 })).toBeGreaterThan(0);
  expect(await loadOf({ num_ctx: 4096, seed: 2 })).toBeUndefined();
  expect(await loadOf({ num_ctx: 2048, seed: 2 })).toBeGreaterThan(0);
});

test("while a model loads the queue may be full, and then it is busy", async () => {
  await using small = await openFakeOllama({ maxQueue: 1 });
  small.setModel("llava:7b", { loadMs: 300 });
  const body = JSON.stringify({ model: "llava:7b", messages: [{ role: "user", content: "?" }] });
  const first = fetch(`${small.url}/api/chat`, { method: "POST", body });
  await expect.poll(() => small.journal.asked().length, patient).toBe(1);
  const second = await fetch(`${small.url}/api/chat`, { method: "POST", body });
  expect([second.status, await second.json()]).toEqual([
    503,
    { error: "server busy, please try again.  maximum pending requests exceeded" },
  ]);
  expect((await first).status).toBe(200);
});

test("one at a time: who leaves while waiting is written down as 499", async () => {
  await ask();
  fake.setFault({ type: "stall", afterTokens: 1 }, { times: 1 });
  const leave = new AbortController();
  const body = JSON.stringify({ model: "llava:7b", messages: [{ role: "user", content: "?" }] });
  const send = () => fetch(`${fake.url}/api/chat`, { method: "POST", body, signal: leave.signal });
  const stalled = await send();
  const waiting = send();
  await expect.poll(() => fake.journal.asked().length, patient).toBe(3);
  leave.abort();
  await expect(waiting).rejects.toThrow();
  await expect(stalled.text()).rejects.toThrow();

  await expect.poll(() => fake.journal.asked().at(-1)?.status, patient).toBe(499);
  await expect.poll(() => fake.journal.asked().at(-2)?.engineStopped, patient).toBe(true);
  expect((await ask()).status).toBe(200);
});

test("the journal knows each picture, and not its bytes", async () => {
  await (await ask({ format: schema })).text();
  const [entry] = fake.journal.asked();
  expect(entry?.pictures).toMatchObject([
    { format: "jpeg", width: 400, height: 300, brightness: 90 },
  ]);
  expect(entry?.pictures[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(entry?.body).length).toBeLessThan(2000);
});

test("it names the colours that the thirds of a picture have, and makes them up when told to", async () => {
  const stripe = { width: 100, height: 300, channels: 3 } as const;
  const paint = (background: string) => ({ input: { create: { ...stripe, background } }, top: 0 });
  const create = { ...stripe, width: 300, background: "yellow" };
  const picture = sharp({ create }).composite([
    { ...paint("blue"), left: 0 },
    { ...paint("red"), left: 200 },
  ]);
  const images = [(await picture.png().toBuffer()).toString("base64")];
  const side = { type: "string", enum: ["red", "green", "blue", "yellow", "white", "black"] };
  const properties = { left: side, middle: side, right: side };
  const format = { type: "object", properties };
  const look = async () => {
    const messages = [{ role: "user", content: "Which colours?", images }];
    const response = await ask({ messages, format, stream: false });
    const body = (await response.json()) as {
      message: { content: string };
      prompt_eval_count: number;
    };
    return { said: JSON.parse(body.message.content), tokens: body.prompt_eval_count };
  };
  const seen = await look();
  expect(seen.said).toEqual({ left: "blue", middle: "yellow", right: "red" });
  fake.setFault({ type: "made-up" });
  const invented = await look();
  expect(invented.said).not.toEqual(seen.said);
  expect(invented.tokens).toBe(seen.tokens);
});

test("a pull tells its progress and then the model is there", async () => {
  fake.removeModel("llava:7b");
  const lines = toLines(await (await post("/api/pull", { model: "llava:7b" })).text());
  expect(lines[0]).toEqual({ status: "pulling manifest" });
  expect(lines.at(-1)).toEqual({ status: "success" });
  expect((await ask()).status).toBe(200);
  const unknown = toLines(await (await post("/api/pull", { model: "unheard-of" })).text());
  expect(unknown.at(-1)).toEqual({ error: "pull model manifest: file does not exist" });
});

test("generate answers in its own field and gives a context back", async () => {
  const response = await post("/api/generate", {
    model: "llava:7b",
    prompt: "?",
    images: [await createImage(90)],
    stream: false,
  });
  expect(await response.json()).toMatchObject({
    response: expect.stringContaining("Stand-in"),
    context: expect.any(Array),
  });
});

test("probabilities come only when asked for, and from 0.12.11 on", async () => {
  const first = async (given: object) => toLines(await (await ask(given)).text())[0];
  expect(await first({ logprobs: true, top_logprobs: 2 })).toMatchObject({
    logprobs: [{ token: "Stand", top_logprobs: [{ token: "Stand" }, {}] }],
  });
  expect(await first({})).not.toHaveProperty("logprobs");
  fake.setVersion("0.12.10");
  expect(await first({ logprobs: true })).not.toHaveProperty("logprobs");
});

test("stopped it refuses, started it is back on the same port with nothing loaded", async () => {
  await ask();
  await fake.stop();
  await expect(fetch(`${fake.url}/api/version`)).rejects.toThrow();
  await fake.start();
  expect(await (await fetch(`${fake.url}/api/ps`)).json()).toEqual({ models: [] });
});

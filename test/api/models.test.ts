import { expect, test } from "vitest";

import { createOllama } from "../../src/analysis/ollama.ts";
import { toRefusal } from "../../src/analysis/refusal.ts";
import { modelPage, pullLine } from "../../src/api/model-contract.ts";
import { systemClock } from "../../src/base/clock.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { asJson, openFrontDoor } from "../support/front-door.ts";

const PATH = "/api/v1/models";
/** A busy machine is no failure. */
const patient = { timeout: 4000 };

async function openHouse(role: "admin" | "viewer" = "admin") {
  const stack = new AsyncDisposableStack();
  const fake = stack.use(await openFakeOllama({ pullable: ["moondream"] }));
  const { url } = fake;
  const shelf = createOllama({ url, model: "llava:7b", timeoutMs: 5000, clock: systemClock });
  const models = { shelf, isInUse: (name: string) => name === "llava:7b" };
  const house = stack.use(await openFrontDoor({ models }));
  house.addUser("root", "admin");
  const { headers } = house.signedIn(house.addUser("anna", role));
  return {
    fake,
    get: () => house.app.request(PATH, { headers }),
    pull: (name: string) => house.app.request(`${PATH}/pull`, asJson({ name }, headers)),
    remove: (name: string) =>
      house.app.request(`${PATH}/${encodeURIComponent(name)}`, { method: "DELETE", headers }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function readLines(answer: Response) {
  const text = await answer.text();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => pullLine.parse(JSON.parse(line)));
}

test("viewers see the models, which of them see and which is in use", async () => {
  await using house = await openHouse("viewer");
  house.fake.setModel("talker", { capabilities: ["completion"] });
  const { items } = modelPage.parse(await (await house.get()).json());
  expect(items).toMatchObject([
    { name: "llava:7b", sees: true, in_use: true, loaded: false },
    { name: "talker:latest", sees: false, in_use: false },
  ]);
});

test("viewers fetch nothing and delete nothing", async () => {
  await using house = await openHouse("viewer");
  expect((await house.pull("moondream")).status).toBe(403);
  expect((await house.remove("llava:7b")).status).toBe(403);
  expect(house.fake.journal.entries).toEqual([]);
});

test("a pull streams its progress, a line at a time, to its end", async () => {
  await using house = await openHouse();
  const answer = await house.pull("moondream");
  expect(answer.headers.get("content-type")).toBe("application/x-ndjson");
  const lines = await readLines(answer);
  expect(lines[0]).toMatchObject({ state: "pulling", step: "pulling manifest" });
  expect(lines.at(-1)).toEqual({ state: "done" });
});

test("a pull that fails on the way says so in its last line", async () => {
  await using house = await openHouse();
  const lines = await readLines(await house.pull("unheard-of"));
  expect(lines.at(-1)).toEqual({
    state: "failed",
    sentence: "Ollama could not fetch unheard-of: pull model manifest: file does not exist",
  });
});

test("what cannot begin is refused as a problem: a name that is none, a second pull, no server", async () => {
  await using house = await openHouse();
  expect((await house.pull("../../etc/passwd")).status).toBe(400);
  house.fake.holdPulls(true);
  const first = await house.pull("moondream");
  expect((await house.pull("moondream")).status).toBe(409);

  await first.body?.cancel();
  await expect.poll(() => house.fake.journal.entries[0]?.ending, patient).toBe("left");
  await house.fake.stop();
  expect((await house.pull("moondream")).status).toBe(503);
});

test("a model is deleted by its name, slashes and all, and the one in use stays", async () => {
  await using house = await openHouse();
  house.fake.setModel("hf.co/someone/sees:q4");
  expect((await house.remove("hf.co/someone/sees:q4")).status).toBe(204);
  expect((await house.remove("hf.co/someone/sees:q4")).status).toBe(404);
  expect((await house.remove("llava:7b")).status).toBe(409);
});

test("what Ollama refuses is Ollama's trouble, and told in its words", async () => {
  const answer = { status: 500, body: '{"error":"no space left on device"}' };
  const refusal = toRefusal(answer, { url: "http://127.0.0.1:9", model: "llava:7b" });
  const shelf = {
    list: async () => [],
    pull: async function* () {},
    remove: () => Promise.reject(refusal),
  };
  await using house = await openFrontDoor({ models: { shelf, isInUse: () => false } });
  const { headers } = house.signedIn(house.addUser("root", "admin"));
  const refused = await house.app.request(`${PATH}/moondream`, { method: "DELETE", headers });
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain("no space left on device");
});

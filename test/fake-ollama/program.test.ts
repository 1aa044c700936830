import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

import { expect, test } from "vitest";

const program = resolve(import.meta.dirname, "../support/fake-ollama/main.ts");

test("it runs alone, says where, obeys its control port, and ends when told", async () => {
  const child = spawn(process.execPath, [
    program,
    "--model",
    "moondream",
    "--seconds-per-answer",
    "0",
  ]);
  try {
    const [ready] = (await once(createInterface(child.stdout), "line")) as [string];
    const [, url, control] = ready.match(/^READY (\S+) stand-in .* control (\S+)$/) ?? [];
    const tags = (await (await fetch(`${url}/api/tags`)).json()) as { models: { name: string }[] };
    expect(tags.models.map(({ name }) => name)).toEqual(["moondream:latest"]);

    const fault = { type: "status", status: 503, error: "busy" };
    await fetch(`${control}/fault`, { method: "POST", body: JSON.stringify({ fault, times: 1 }) });
    const messages = [{ role: "user", content: "?" }];
    const body = JSON.stringify({ model: "moondream", messages });
    const ask = async () => (await fetch(`${url}/api/chat`, { method: "POST", body })).status;
    expect([await ask(), await ask()]).toEqual([503, 200]);

    const journal = (await (await fetch(`${control}/journal`)).json()) as { path: string }[];
    expect(journal.map(({ path }) => path)).toEqual(["/api/tags", "/api/chat", "/api/chat"]);
  } finally {
    child.kill("SIGTERM");
  }
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
});

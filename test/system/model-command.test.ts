import { execFile } from "node:child_process";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { openFakeOllama } from "../support/fake-ollama/server.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

function nightjar(url: string, words: readonly string[]) {
  const env = { PATH: process.env["PATH"], OLLAMA_API_URL: url };
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, [MAIN, "model", ...words], { env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

test("a model is fetched with its progress, and is listed afterwards", async () => {
  await using fake = await openFakeOllama({ pullable: ["moondream"] });
  const pulled = await nightjar(fake.url, ["pull", "moondream"]);
  expect(pulled).toMatchObject({ code: 0, stderr: "" });
  expect(pulled.stdout).toMatch(/\[#+\.*\] \d+ %/);
  expect(pulled.stdout).toContain("moondream is there.");
  const listed = await nightjar(fake.url, ["list", "--json"]);
  expect(JSON.parse(listed.stdout)).toContainEqual(
    expect.objectContaining({ name: "moondream:latest", sees: true }),
  );
});

test("a model that nobody has, and a server that is not there, are told in a sentence", async () => {
  await using fake = await openFakeOllama({ pullable: [] });
  const unknown = await nightjar(fake.url, ["pull", "nosuch"]);
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toMatch(/^[A-Z].*nosuch.*/);
  const { url } = fake;
  await fake.stop();
  const absent = await nightjar(url, ["pull", "moondream"]);
  expect(absent.code).toBe(1);
  expect(absent.stderr).toMatch(/^[A-Z].*\.\n$/);
});

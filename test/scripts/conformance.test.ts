import { expect, test } from "vitest";

import { openServer } from "../../scripts/conformance/check.ts";
import { type Finding, runSuite } from "../../scripts/conformance/suite.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";

async function findAll(version: string): Promise<Finding[]> {
  await using fake = await openFakeOllama({ version });
  const server = await openServer(fake.url, null);
  const findings: Finding[] = [];
  for await (const finding of runSuite(server)) findings.push(finding);
  return findings;
}

test("the stand-in of today passes every check of the protocol", { timeout: 60_000 }, async () => {
  const findings = await findAll("0.31.0");
  expect(findings.filter(({ result }) => result !== "held")).toEqual([]);
  expect(findings.length).toBeGreaterThanOrEqual(55);
});

test("an older one passes what applies to it, and is not asked the rest", {
  timeout: 60_000,
}, async () => {
  const findings = await findAll("0.6.2");
  expect(findings.filter(({ result }) => result === "failed")).toEqual([]);
  expect(
    findings.filter(({ result }) => result === "not asked").map(({ reason }) => reason),
  ).toEqual(["from 0.6.4 on", "from 0.12.11 on", "from 0.12.11 on", "from 0.9.0 on"]);
});

test("a server that does not keep to the protocol is told on, check by check", {
  timeout: 60_000,
}, async () => {
  await using fake = await openFakeOllama();
  const server = await openServer(fake.url, null);
  fake.setFault({ type: "format-ignored" });
  const failed: string[] = [];
  for await (const { name, result } of runSuite(server)) if (result === "failed") failed.push(name);
  expect(failed).toEqual([
    "format json gives an object",
    "a schema is kept: fields, types and choices",
    "a format that is none is refused",
  ]);
});

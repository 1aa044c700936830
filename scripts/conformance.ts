/**
 * Whether a server speaks Ollama's protocol as we know it, a line a check.
 *
 *     OLLAMA_BASE_URL=http://127.0.0.1:11434 npm run conformance -- [--model llava:7b] [--json]
 *
 * Without the variable the stand-in is asked. What depends on the server's version or on the model
 * is not asked where it does not apply, and says so. It loads and unloads the model: not for a server
 * at work. With --json the last line is one object. Ends with 1 when a check failed.
 */
import { parseArgs } from "node:util";

import { openFakeOllama } from "../test/support/fake-ollama/server.ts";
import { openServer } from "./conformance/check.ts";
import { type Finding, runSuite } from "./conformance/suite.ts";

const { values } = parseArgs({
  options: { model: { type: "string" }, json: { type: "boolean", default: false } },
});
const given = process.env["OLLAMA_BASE_URL"]?.replace(/\/+$/, "");

await using fake = given ? null : await openFakeOllama();
const server = await openServer(given ?? fake?.url ?? "", values.model ?? null);
console.log(`${server.url} ${server.version}, ${server.model}`);

const findings: Finding[] = [];
for await (const finding of runSuite(server)) {
  const { group, name, result, reason } = finding;
  findings.push(finding);
  console.log(`${result.padEnd(9)} ${group}: ${name}${reason === null ? "" : ` (${reason})`}`);
}

const count = (result: Finding["result"]) => findings.filter((it) => it.result === result).length;
const { version, model } = server;
const summary = {
  ...{ version, model, checks: findings.length },
  ...{ held: count("held"), failed: count("failed"), not_asked: count("not asked") },
};
if (values.json) console.log(JSON.stringify({ ...summary, findings }));
else console.log(`${summary.held} held, ${summary.failed} failed, ${summary.not_asked} not asked`);
process.exitCode = summary.failed > 0 ? 1 : 0;

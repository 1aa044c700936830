/**
 * The table of faults, run: every row is backed by the tests whose names begin with it ("O1: ..."),
 * and held when all of them passed. A row without a test fell short; none is left out.
 *
 *     npm run faults -- [--rows A|D|M|O] [--json]
 *
 * One line for each row; with --json as JSON. Ends with 1 when a row fell short.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { openTempFolder } from "../test/support/temp-folder.ts";
import { ROWS, type Row, toRowResults } from "./faults/rows.ts";

const { values: options } = parseArgs({
  options: { rows: { type: "string", default: "O" }, json: { type: "boolean", default: false } },
});
const rows = ROWS.filter(
  ({ row }) => row === options.rows || row.replace(/\d+$/, "") === options.rows,
);
if (rows.length === 0)
  throw new Error(`--rows is A, D, M, O or one row such as O3, not ${options.rows}.`);

const results = toRowResults(rows, await runTests(rows));
for (const { row, result, detail } of results) {
  console.log(
    options.json ? JSON.stringify({ row, result, detail }) : `${row.padEnd(4)}${result}: ${detail}`,
  );
}
process.exitCode = results.every(({ result }) => result === "held") ? 0 : 1;

/** What vitest's JSON says of them; its own words go to stderr. */
async function runTests(of: readonly Row[]): Promise<unknown> {
  await using folder = await openTempFolder();
  const file = join(folder.path, "report.json");
  const names = `\\b(${of.map(({ row }) => row).join("|")}): `;
  const vitest = resolve(import.meta.dirname, "../node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const child = spawn(process.execPath, [vitest, "run", "--testNamePattern", names, ...reporters], {
    cwd: resolve(import.meta.dirname, ".."),
    stdio: ["ignore", process.stderr, "inherit"],
  });
  await once(child, "exit");
  // Without a report no test ran, and every row says so.
  return JSON.parse(await readFile(file, "utf8").catch(() => '{"testResults":[]}'));
}

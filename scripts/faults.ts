/**
 * The table of faults, run: every row is backed by the tests whose names begin with it ("O1: ..."),
 * and held when all of them passed. A row without a test fell short; one that cannot be provoked here is
 * skipped, and says why. None is left out.
 *
 *     npm run faults -- [--rows C|T|D|O|M|A|O1] [--json]
 *
 * One line for each row; with --json as JSON. Ends with 1 when a row fell short.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { openTempFolder } from "../test/support/temp-folder.ts";
import { type Row, readRows, toRowResults } from "./faults/rows.ts";

const REPOSITORY = resolve(import.meta.dirname, "..");

const { values: options } = parseArgs({
  options: { rows: { type: "string" }, json: { type: "boolean", default: false } },
});
const all = readRows(await readFile(join(REPOSITORY, "docs/FAILURES.md"), "utf8"));
const rows = all.filter(
  ({ row }) => options.rows === undefined || [row, row.replace(/\d+$/, "")].includes(options.rows),
);
if (rows.length === 0) {
  throw new Error(`--rows is A, C, D, M, O, T or one row such as O3, not ${options.rows}.`);
}

const results = toRowResults(rows, await runTests(rows));
for (const { row, result, detail } of results) {
  console.log(
    options.json ? JSON.stringify({ row, result, detail }) : `${row.padEnd(4)}${result}: ${detail}`,
  );
}
process.exitCode = results.some(({ result }) => result === "fell short") ? 1 : 0;

/** What vitest's JSON says of them; its own words go to stderr. */
async function runTests(of: readonly Row[]): Promise<unknown> {
  await using folder = await openTempFolder();
  const file = join(folder.path, "report.json");
  const names = `^(${of.map(({ row }) => row).join("|")}): `;
  const files = [...new Set(of.flatMap((row) => row.files))];
  if (files.length === 0) return { testResults: [] };
  const vitest = join(REPOSITORY, "node_modules/vitest/vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
  const wanted = ["run", ...files, "--testNamePattern", names];
  const child = spawn(process.execPath, [vitest, ...wanted, ...reporters], {
    cwd: REPOSITORY,
    stdio: ["ignore", process.stderr, "inherit"],
  });
  await once(child, "exit");
  // Without a report no test ran, and every row says so.
  return JSON.parse(await readFile(file, "utf8").catch(() => '{"testResults":[]}'));
}

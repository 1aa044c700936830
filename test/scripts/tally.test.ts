import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { openTempFolder } from "../support/temp-folder.ts";

const TALLY = resolve(import.meta.dirname, "../../scripts/tally.ts");

/** What scripts/test would print for these steps. */
async function tally(
  reports: Record<string, unknown>,
  steps: string[],
): Promise<{ code: number; lines: string[] }> {
  await using folder = await openTempFolder();
  for (const [name, report] of Object.entries(reports)) {
    await writeFile(join(folder.path, `${name}.json`), JSON.stringify(report));
  }
  const { promise, resolve: done } = Promise.withResolvers<{ code: number; lines: string[] }>();
  execFile(process.execPath, [TALLY, folder.path, ...steps], (error, stdout) => {
    done({ code: Number(error?.code ?? 0), lines: stdout.trim().split("\n") });
  });
  return await promise;
}

const file = (status: string, ...tests: [fullName: string, status: string][]) => ({
  name: "some.test.ts",
  status,
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
});

test("the tests of all steps are added up in the last line", async () => {
  const reports = {
    check: { testResults: [file("passed", ["a", "passed"], ["b", "passed"])] },
    system: { testResults: [file("passed", ["c", "passed"])] },
  };
  const { code, lines } = await tally(reports, ["check=0", "build=0", "system=0"]);
  expect(lines).toEqual(["3 passed, 0 failed"]);
  expect(code).toBe(0);
});

test("a skipped test counts as a failure, by its name", async () => {
  const reports = { check: { testResults: [file("passed", ["a", "passed"], ["b", "skipped"])] } };
  const { code, lines } = await tally(reports, ["check=0"]);
  expect(lines).toEqual(["FAILED b (skipped, some.test.ts)", "1 passed, 1 failed"]);
  expect(code).toBe(1);
});

test("a file that does not load counts as a failure", async () => {
  const { lines } = await tally({ check: { testResults: [file("failed")] } }, ["check=1"]);
  expect(lines.at(-1)).toBe("0 passed, 1 failed");
});

test("a step that fails without a report counts as a failure", async () => {
  const { code, lines } = await tally({}, ["shellcheck=0", "build=2"]);
  expect(lines).toEqual(["FAILED build (see above)", "0 passed, 1 failed"]);
  expect(code).toBe(1);
});

test("a run that ends badly although its tests passed counts as a failure", async () => {
  const reports = { check: { testResults: [file("passed", ["a", "passed"])] } };
  const { lines } = await tally(reports, ["check=1"]);
  expect(lines.at(-1)).toBe("1 passed, 1 failed");
});

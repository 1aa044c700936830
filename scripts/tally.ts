/**
 * Adds up what the steps of scripts/test did. A vitest step counts its tests; any other step that
 * failed counts as one failure, and so does a test that was skipped: it proved nothing.
 *
 *     node scripts/tally.ts <folder of vitest's reports> <step>=<exit code> ...
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

interface Tally {
  passed: number;
  failures: string[];
}

const [folder = ".", ...steps] = process.argv.slice(2);
const tallies = await Promise.all(steps.map(countStep));
const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
const failures = tallies.flatMap((tally) => tally.failures);

for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;

async function countStep(step: string): Promise<Tally> {
  const [name = "", code] = step.split("=");
  const tally = await readReport(join(folder, `${name}.json`));
  // Lint and types come before the tests of the same step, so there may be no report.
  if (code !== "0" && tally.failures.length === 0) tally.failures.push(`${name} (see above)`);
  return tally;
}

async function readReport(file: string): Promise<Tally> {
  const text = await readFile(file, "utf8").catch(() => null);
  const tally: Tally = { passed: 0, failures: [] };
  if (text === null) return tally;
  for (const { name, status, assertionResults } of report.parse(JSON.parse(text)).testResults) {
    for (const test of assertionResults) {
      if (test.status === "passed") tally.passed += 1;
      else tally.failures.push(`${test.fullName} (${test.status}, ${name})`);
    }
    // A file that does not load has no tests to fail.
    if (status !== "passed" && assertionResults.length === 0) tally.failures.push(name);
  }
  return tally;
}

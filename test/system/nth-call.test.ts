import { expect, test } from "vitest";

import { CALLS } from "../../scripts/nth-call/calls.ts";
import { runNthCalls } from "../../scripts/nth-call/run.ts";

/** One of each; `npm run nth-call` fails them all. */
const NAMES = ["fsync", "pwrite64", "accept4", "socketpair"];

test("a call to the kernel that fails loses nothing that was told, and ends no box without a sentence", async () => {
  const calls = CALLS.filter(({ name }) => NAMES.includes(name));
  const report = await runNthCalls({ calls, every: 10_000, skipped: 5 });
  console.table(report.figures);
  expect(report.found).toEqual([]);
  expect(report.figures.some(({ kind, tried }) => kind === "database" && tried > 0)).toBe(true);
}, 300_000);

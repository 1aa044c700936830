import { expect, test } from "vitest";

import { readRows, toRowResults } from "../../scripts/faults/rows.ts";

const ROWS = readRows(`
| row | what breaks | what the box does | what an operator sees | lost | proved by |
|---|---|---|---|---|---|
| O1 | the model is away | waits | \`model_unreachable\` | nothing | \`test/a.test.ts\` \`test/b.test.ts\` |
| O2 | the model is slow | waits longer | nothing | nothing | \`test/a.test.ts\` |
| D7 | the power is cut | goes on | nothing | nothing | not provoked: nobody pulled the plug |
`);

const toReport = (...tests: [title: string, status: string][]) => ({
  testResults: [
    { assertionResults: tests.map(([title, status]) => ({ title, status, fullName: title })) },
  ],
});

test("rows are read from the page, with their files or with why there are none", () => {
  expect(ROWS).toEqual([
    {
      ...{ row: "O1", fault: "the model is away: waits", skipped: null },
      files: ["test/a.test.ts", "test/b.test.ts"],
    },
    {
      row: "O2",
      fault: "the model is slow: waits longer",
      files: ["test/a.test.ts"],
      skipped: null,
    },
    { row: "D7", fault: "the power is cut: goes on", files: [], skipped: "nobody pulled the plug" },
  ]);
});

test("a row that lacks a cell is no row", () => {
  expect(() => readRows("| O1 | the model is away | waits | nothing |")).toThrow("O1");
});

test("a row holds when all tests that begin with it passed", () => {
  const ran = toReport(["O1: away", "passed"], ["O1: back again", "passed"], ["O11: x", "failed"]);
  expect(toRowResults(ROWS.slice(0, 1), ran)).toEqual([
    { row: "O1", result: "held", detail: "the model is away: waits (2 tests)" },
  ]);
});

test("a failed, a skipped and a missing test make their rows fall short, by name", () => {
  const ran = toReport(["O1: away", "passed"], ["O1: back", "failed"], ["O2: slow", "skipped"]);
  expect(toRowResults(ROWS, ran)).toMatchObject([
    { row: "O1", result: "fell short", detail: "O1: back" },
    { row: "O2", result: "fell short", detail: "O2: slow" },
    { row: "D7", result: "skipped", detail: expect.stringContaining("nobody pulled the plug") },
  ]);
  expect(toRowResults(ROWS.slice(0, 1), toReport())).toMatchObject([
    { result: "fell short", detail: expect.stringContaining("no test") },
  ]);
});

import { expect, test } from "vitest";

import { ROWS, toRowResults } from "../../scripts/faults/rows.ts";

const OF_MODEL = ROWS.filter(({ row }) => row.startsWith("O"));

const toReport = (...tests: [title: string, status: string][]) => ({
  testResults: [
    { assertionResults: tests.map(([title, status]) => ({ title, status, fullName: title })) },
  ],
});

test("a row holds when all tests that begin with it passed", () => {
  const ran = toReport(["O1: away", "passed"], ["O1: back again", "passed"], ["O11: x", "failed"]);
  expect(toRowResults(OF_MODEL.slice(0, 1), ran)).toEqual([
    { row: "O1", result: "held", detail: expect.stringContaining("(2 tests)") },
  ]);
});

test("a failed, a skipped and a missing test make their rows fall short, by name", () => {
  const ran = toReport(["O1: away", "passed"], ["O1: back", "failed"], ["O2: slow", "skipped"]);
  expect(toRowResults(OF_MODEL.slice(0, 3), ran)).toMatchObject([
    { row: "O1", result: "fell short", detail: "O1: back" },
    { row: "O2", result: "fell short", detail: "O2: slow" },
    { row: "O3", result: "fell short", detail: expect.stringContaining("no test") },
  ]);
});

test("every row from A1 to A13, D1 to D10, M1 to M11, O1 to O11 and T1 to T2 is in the table once", () => {
  const toNames = (letter: string, count: number): string[] =>
    Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
  const all = [
    ...[...toNames("A", 13), ...toNames("D", 10), ...toNames("M", 11)],
    ...[...toNames("O", 11), ...toNames("T", 2)],
  ];
  expect(ROWS.map(({ row }) => row)).toEqual(all);
});

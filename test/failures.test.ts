import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { readRows } from "../scripts/faults/rows.ts";
import { readSourceFiles } from "./support/source-files.ts";

const REPOSITORY = resolve(import.meta.dirname, "..");
const page = readFileSync(join(REPOSITORY, "docs/FAILURES.md"), "utf8");
const rows = readRows(page);

/** Of each test file but those that test with rows, the rows that its tests' names begin with. */
const rowsByFile = new Map(
  readdirSync(join(REPOSITORY, "test"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts") && !path.startsWith("scripts/"))
    .map((path): [string, ReadonlySet<string>] => {
      const text = readFileSync(join(REPOSITORY, "test", path), "utf8");
      const named = [...text.matchAll(/["'`]([A-Z]\d+): /g)].map((match) => match[1] ?? "");
      return [`test/${path}`, new Set(named)];
    }),
);

test("every fault that we know of is in the table, once and in order", () => {
  const toNames = (letter: string, count: number): string[] =>
    Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
  expect(rows.map(({ row }) => row)).toEqual([
    ...[...toNames("C", 12), ...toNames("T", 2), ...toNames("D", 10), ...toNames("O", 11)],
    ...[...toNames("M", 11), ...toNames("A", 13)],
  ]);
});

test("every row names the tests that begin with it, or why there are none", () => {
  const wrong = rows
    .filter(({ files, skipped }) => (skipped === null) === (files.length === 0))
    .map(({ row }) => row);
  expect(wrong).toEqual([]);
  const empty = rows.flatMap(({ row, files }) =>
    files.filter((file) => !rowsByFile.get(file)?.has(row)).map((file) => `${row}: ${file}`),
  );
  expect(empty).toEqual([]);
});

test("every test that begins with a row is named by it", () => {
  const filesByRow = new Map(rows.map(({ row, files }) => [row, files]));
  const isInvariant = (row: string): boolean => page.includes(`| ${row} `);
  const unnamed = [...rowsByFile].flatMap(([file, named]) =>
    [...named]
      .filter((row) => !(filesByRow.get(row)?.includes(file) ?? isInvariant(row)))
      .map((row) => `${row}: ${file}`),
  );
  expect(unnamed).toEqual([]);
});

test("the program has every code that an operator is said to see, and says every sentence", () => {
  const source = readSourceFiles(join(REPOSITORY, "src"))
    .map(({ text }) => text)
    .join("\n")
    // A sentence over several lines of the source is one sentence.
    .replaceAll(/["`] \+\s+["`]/g, "");
  const unknown = page.split("\n").flatMap((line) => {
    const cell = /^\| [ACDMOT]\d+ \|/.test(line) ? (line.split(" | ")[3] ?? "") : "";
    const codes = [...cell.matchAll(/`([a-z_-]+)`/g)].map((match) => match[1] ?? "");
    const sentences = [...cell.matchAll(/“([^”]+)”/g)].map((match) => match[1] ?? "");
    return [
      // As a text, or as the key of a record.
      ...codes.filter((code) => !new RegExp(`"${code}"|\\b${code}: `).test(source)),
      ...sentences.filter((sentence) => !source.includes(sentence)),
    ];
  });
  expect(unknown).toEqual([]);
});

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { readSourceFiles } from "./support/source-files.ts";

const REPOSITORY = resolve(import.meta.dirname, "..");
const page = readFileSync(join(REPOSITORY, "docs/SECURITY.md"), "utf8");

const rows = page
  .split("\n")
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const [items = "", answer = "", proof = ""] = line.slice(2, -2).split(" | ");
    return { items: items.split(" "), answer, proof };
  });

/** Of the standard: what a box that guards a house has to have an answer to. */
const ASKED = [
  ...["1.2.5", "1.3.6", "2.3.3", "2.4.1", "3.3.1", "3.3.2", "3.3.3", "3.3.4", "3.4.2", "3.4.3"],
  ...["3.4.4", "3.4.6", "3.5.1", "3.5.2", "3.5.3", "3.5.8", "3.7.4", "4.1.1", "4.1.3", "4.1.4"],
  ...["4.4.1", "4.4.2", "4.4.3", "4.4.4", "5.3.2", "6.1.1", "6.2.1", "6.2.4", "6.2.5", "6.2.8"],
  ...["6.2.9", "6.3.1", "6.3.2", "6.3.3", "6.3.8", "6.4.1", "7.2.3", "7.3.1", "7.3.2", "7.4.1"],
  ...["7.4.2", "7.4.3", "7.4.5", "7.5.2", "8.2.1", "8.2.2", "9.1.1", "9.1.2", "9.1.3", "9.2.1"],
  ...["9.2.2", "9.2.3", "10.4.5", "10.4.8", "12.2.2", "12.3.1", "12.3.2", "12.3.3", "13.1.2"],
  ...["13.1.3", "13.2.2", "14.2.1", "14.2.4", "15.3.4", "16.2.2", "16.2.5", "16.3.1", "16.3.2"],
  ...["16.3.3", "16.4.1", "16.5.1", "16.5.2", "16.5.4"],
];

test("every item has an answer, once", () => {
  const answered = rows.flatMap(({ items }) => items);
  expect(ASKED.filter((item) => !answered.includes(item))).toEqual([]);
  expect(answered.filter((item, at) => answered.indexOf(item) !== at)).toEqual([]);
  expect(rows.filter(({ answer }) => answer === "")).toEqual([]);
});

test("every answer names tests that there are, or says that it is by design or a deviation", () => {
  const wrong = rows.flatMap(({ items, proof }) => {
    const files = [...proof.matchAll(/`(test\/[^`]+)`/g)].map((match) => match[1] ?? "");
    const names = [...proof.matchAll(/“([^”]+)”/g)].map((match) => match[1] ?? "");
    if (files.length === 0) return /^(by design: |deviation)/.test(proof) ? [] : items;
    const texts = files.map((file) => readFileSync(join(REPOSITORY, file), "utf8"));
    const isThere = (name: string): boolean => texts.some((text) => text.includes(name));
    return names.filter((name) => !isThere(name)).map((name) => `${items.join(" ")}: ${name}`);
  });
  expect(wrong).toEqual([]);
});

test("no program is started through a shell", () => {
  const shelled = readSourceFiles(join(REPOSITORY, "src"))
    .filter(({ text }) => /\bshell:|\b(exec|execSync)\b[^"\n]*"node:child_process"/.test(text))
    .map(({ path }) => path);
  expect(shelled).toEqual([]);
});

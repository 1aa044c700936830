import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { openTempFolder } from "../support/temp-folder.ts";

const run = promisify(execFile);
const UNIT = resolve(import.meta.dirname, "../../systemd/nightjar.service");

/** The unit with a program that exists here; systemd checks that it does. */
async function writeUnit(folder: string): Promise<string> {
  const unit = join(folder, "nightjar.service");
  const text = await readFile(UNIT, "utf8");
  await writeFile(unit, text.replace(/^ExecStart=.*$/m, "ExecStart=/bin/true"));
  return unit;
}

test("systemd understands every line of the unit", async () => {
  await using folder = await openTempFolder();
  const { stderr } = await run("systemd-analyze", ["verify", await writeUnit(folder.path)]);
  expect(stderr.split("\n").filter((line) => line.includes("nightjar"))).toEqual([]);
});

test("the unit leaves little to a stolen process: systemd rates its exposure below 2 of 10", async () => {
  await using folder = await openTempFolder();
  const unit = await writeUnit(folder.path);
  const { stdout } = await run("systemd-analyze", [
    ...["security", "--offline=true", "--threshold=20", "--no-pager", unit],
  ]);
  expect(stdout).toMatch(/exposure level .*: [01]\.\d/);
});

test("every line of the unit that takes something away has its reason above it", async () => {
  const lines = (await readFile(UNIT, "utf8")).split("\n");
  const takes = /^(NoNew|Protect|Private|Restrict|SystemCall|Capability|Device|Limit|Lock|Memory)/;
  const bare = lines.filter((line, index) => {
    // A reason holds for the lines that follow it without a gap.
    let above = index;
    while (above > 0 && lines[above] !== "" && !lines[above]?.startsWith("#")) above -= 1;
    return takes.test(line) && !lines[above]?.startsWith("#");
  });
  expect(bare).toEqual([]);
});

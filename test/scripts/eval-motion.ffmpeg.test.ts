import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { makeFootage } from "../support/footage.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const SCRIPT = resolve(import.meta.dirname, "../../scripts/eval-motion.ts");

test("the last line judges all clips of a folder, beside a plain frame difference", async () => {
  await using folder = await openTempFolder();
  const { motion } = await makeFootage({ folder: folder.path, name: "yard", seconds: 30 });
  await makeFootage({ folder: folder.path, name: "nobody", seconds: 10, movers: 0, seed: 2 });
  const intervals = motion.map(({ startS, endS }) => `${startS}-${endS}`).join(";");
  const labels = [
    "name\tfile\tres\tfps\tsecs\tlicence\tmotion_s\tignore_s",
    `yard\tyard.mp4\t640x360\t10\t30\tgenerated\t${intervals}\t`,
    "nobody\tnobody.mp4\t640x360\t10\t10\tgenerated\t\t",
  ];
  await writeFile(join(folder.path, "clips.tsv"), labels.join("\n"));

  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, "--json", folder.path]);
  const lines = stdout.trim().split("\n");
  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
    clips: 2,
    motions: motion.length,
    recall: 1,
    precision: 1,
    false_events: 0,
    false_per_hour: 0,
    median_latency_s: expect.any(Number),
    p90_latency_s: expect.any(Number),
    baseline: { motions: motion.length, false_events: expect.any(Number) },
  });
});

test("a folder without labels is refused with a sentence", async () => {
  await using folder = await openTempFolder();
  const evaluation = promisify(execFile)(process.execPath, [SCRIPT, folder.path]);
  await expect(evaluation).rejects.toThrow(`There is no clips.tsv in ${folder.path}.`);
});

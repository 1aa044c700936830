import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

const PROGRAM = resolve(import.meta.dirname, "../support/starved-ffmpeg.ts");

test("C9: an ffmpeg for which no file may be opened any more is refused, and the daemon lives on", async () => {
  const words = ["-c", `ulimit -n 80; exec "$0" "$1"`, process.execPath, PROGRAM];
  const { stdout } = await promisify(execFile)("bash", words);
  const outcomes = stdout.trim().split("\n");
  expect(outcomes).toHaveLength(4);
  expect(outcomes.filter((outcome) => outcome !== "started")).not.toEqual([]);
  expect(outcomes.filter((one) => !["started", "unavailable"].includes(one))).toEqual([]);
});

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { openTempFolder } from "../support/temp-folder.ts";

const run = promisify(execFile);
const REPOSITORY = resolve(import.meta.dirname, "../..");

/** Runs a line of bash that knows the scripts' functions. */
async function bash(line: string, environment: Record<string, string> = {}): Promise<string> {
  const script = `set -euo pipefail; . scripts/lib/terminal.sh; . scripts/lib/node.sh; ${line}`;
  const { stdout } = await run("bash", ["-c", script], {
    cwd: REPOSITORY,
    env: { PATH: "/usr/bin:/bin", ...environment },
  });
  return stdout.trim();
}

test.each(["x64", "arm64"])(
  "the scripts fetch the Node for %s that the lock file pins",
  async (cpu) => {
    const lock = JSON.parse(readFileSync(join(REPOSITORY, "package-lock.json"), "utf8"));
    const pinned = lock.packages[`node_modules/node-linux-${cpu}`];
    expect(await bash(`read_lock node-linux-${cpu} version`)).toBe(pinned.version);
    expect(await bash(`read_lock node-linux-${cpu} integrity`)).toBe(pinned.integrity);
  },
);

test("a package is accepted by its checksum alone", async () => {
  await using folder = await openTempFolder();
  const file = join(folder.path, "package.tgz");
  await writeFile(file, "what was pinned");
  const checksum = `sha512-${createHash("sha512").update("what was pinned").digest("base64")}`;
  const judge = `has_checksum ${file} '${checksum}' && echo fits || echo refused`;
  expect(await bash(judge)).toBe("fits");
  await writeFile(file, "what somebody put there");
  expect(await bash(judge)).toBe("refused");
});

test("the registry is the environment's, else the public one", async () => {
  const mirror = { npm_config_registry: "https://mirror.example/npm/" };
  expect(await bash("find_registry", mirror)).toBe("https://mirror.example/npm");
  const noNpm = "command() { return 1; }; find_registry";
  expect(await bash(noNpm)).toBe("https://registry.npmjs.org");
});

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { openSyncBox } from "../support/sync-box.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const PROGRAM = join(import.meta.dirname, "../support/opens-database.ts");
const EVENTS = 200;

interface Opening {
  isInjected: boolean;
  said: { origin?: string; isRecovered?: boolean; kind?: string; sentence?: string };
}

/** `when` in strace's words, of the reads of the database's own file. */
async function open(folder: string, when: string): Promise<Opening> {
  const log = join(folder, "strace");
  const { stdout } = await promisify(execFile)("strace", [
    ...["-f", "-o", log, "-P", join(folder, "edge.db"), "-e", "trace=read,pread64"],
    ...["-e", `inject=read,pread64:error=EIO:when=${when}`, process.execPath, PROGRAM, folder],
  ]);
  const isInjected = (await readFile(log, "latin1")).includes("(INJECTED)");
  return { isInjected, said: JSON.parse(stdout) as Opening["said"] };
}

async function makeBox(folder: string): Promise<void> {
  await using box = await openSyncBox(folder);
  box.db.transaction(() => {
    for (let at = 0; at < EVENTS; at += 1) box.describe(box.add().id);
  });
}

test("D5: whichever read of the database fails once at the start, nothing is taken for damage", async () => {
  await using folder = await openTempFolder();
  await makeBox(folder.path);
  let tried = 0;
  for (let nth = 1; ; nth += 1 + Math.floor(nth / 4)) {
    const { isInjected, said } = await open(folder.path, String(nth));
    if (!isInjected) break;
    tried += 1;
    expect(said, `read ${nth}`).toSatisfy(
      ({ isRecovered, kind }) => isRecovered === false || kind === "unavailable",
    );
  }
  expect(tried).toBeGreaterThan(5);
  expect(await readdir(folder.path)).not.toContain("quarantine");
}, 120_000);

test("D5: a disk that reads no more is told as that, and the database stays where it is", async () => {
  await using folder = await openTempFolder();
  await makeBox(folder.path);
  const { said } = await open(folder.path, "6+");
  expect(said).toMatchObject({ kind: "unavailable" });
  expect(said.sentence).toMatch(/Check the disk/);
  expect(await readdir(folder.path)).not.toContain("quarantine");
}, 60_000);

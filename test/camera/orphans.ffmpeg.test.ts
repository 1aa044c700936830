import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

import { makeBrightnessClip } from "../support/brightness-clip.ts";
import { isAlive, listChildren } from "../support/children.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const PROGRAM = resolve(import.meta.dirname, "../support/camera-process.ts");

async function untilLine(child: ChildProcess, word: string): Promise<void> {
  const { promise, resolve: found } = Promise.withResolvers<void>();
  if (child.stdout) {
    createInterface(child.stdout).on("line", (line) => {
      if (line.includes(word)) found();
    });
  }
  await promise;
}

async function countAlive(pids: readonly number[]): Promise<number> {
  return (await Promise.all(pids.map(isAlive))).filter(Boolean).length;
}

test.each(["speaks", "is silent"])(
  "C10: kill -9 of the daemon while the camera %s leaves no ffmpeg",
  async (how) => {
    await using folder = await openTempFolder();
    const yard = await makeBrightnessClip({ folder: folder.path });
    await using server = await openRtspServer({ mounts: { yard } });
    const daemon = spawn(process.execPath, [PROGRAM, server.url("yard")], {
      stdio: ["ignore", "pipe", "inherit"],
      cwd: join(folder.path),
    });
    await untilLine(daemon, "frame");
    if (how === "is silent") server.pause();
    const ffmpegs = (await listChildren(daemon.pid ?? 0)).map(({ pid }) => pid);
    const gone = once(daemon, "exit");

    daemon.kill("SIGKILL");
    await gone;

    expect(ffmpegs.length).toBeGreaterThanOrEqual(2);
    await expect.poll(() => countAlive(ffmpegs), { timeout: 5_000 }).toBe(0);
  },
);

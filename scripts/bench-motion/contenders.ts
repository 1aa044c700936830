/** Who is measured: each watches the same address so many times, and is ended when it is disposed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { systemClock } from "../../src/base/clock.ts";

export interface Contender {
  readonly name: ContenderName;
  /** The processes that were started; what they start belongs to them. */
  readonly pids: readonly number[];
  /** Frames scored up to now; null of those who do not tell. */
  frameCount(): number | null;
  /** Throws when one of its processes has ended: what is measured then means nothing. */
  assertAlive(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export type ContenderName = "ours" | "decode" | "motion";

export interface Task {
  url: string;
  streamCount: number;
  /** How much of it we decode. */
  decoding: "full" | "adaptive";
}

export function openOurs({ url, streamCount, decoding }: Task): Contender {
  const watcher = resolve(import.meta.dirname, "watcher.ts");
  const child = spawn(process.execPath, [watcher, url, String(streamCount), decoding], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let frameCount = 0;
  createInterface(child.stdout).on("line", (line) => {
    frameCount = Number(line);
  });
  return { ...toContender("ours", [child]), frameCount: () => frameCount };
}

/** What cannot be undercut by anyone who looks at every picture in full. */
export function openDecode({ url, streamCount }: Task): Contender {
  const input = ["-nostdin", "-v", "error", "-rtsp_transport", "tcp", "-i", url];
  const children = Array.from({ length: streamCount }, () =>
    spawn("ffmpeg", [...input, "-map", "0:v:0", "-f", "null", "-"], { stdio: "ignore" }),
  );
  return toContender("decode", children);
}

const MOTION = "/usr/bin/motion";

export function isMotionInstalled(): Promise<boolean> {
  return access(MOTION).then(
    () => true,
    () => false,
  );
}

/**
 * One process with a camera file for each stream, as its manual has it. Resolves once it is
 * connected to all: it takes its time, a dozen seconds, and would be measured doing nothing.
 */
export async function openMotion(task: Task): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), "bench-motion-"));
  const cameras = Array.from({ length: task.streamCount }, (_, i) => i + 1);
  for (const camera of cameras) {
    await writeFile(join(folder, `${camera}.conf`), toMotionCamera(task.url, camera));
  }
  const files = cameras.map((camera) => `camera ${join(folder, `${camera}.conf`)}`);
  const main = join(folder, "motion.conf");
  await writeFile(main, [...toMotionLines(folder), ...files, ""].join("\n"));
  const contender = toContender("motion", [
    spawn(MOTION, ["-n", "-c", main], { stdio: "ignore", cwd: folder }),
  ]);
  const close = async (): Promise<void> => {
    await contender[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilConnected(join(folder, LOG), task.streamCount);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...contender, [Symbol.asyncDispose]: close };
}

async function untilConnected(logFile: string, streamCount: number): Promise<void> {
  const signal = AbortSignal.timeout(CONNECTED_WITHIN_MS);
  let connectedCount = 0;
  while (connectedCount < streamCount) {
    await systemClock.sleep(LOOKED_AT_EVERY_MS, { signal }).catch(() => {
      throw new Error(`motion connected to ${connectedCount} of ${streamCount} streams in time.`);
    });
    const log = await readFile(logFile, "utf8").catch(() => "");
    connectedCount = log.match(/Camera \(.*\) connected/g)?.length ?? 0;
  }
}

const LOG = "motion.log";
const LOOKED_AT_EVERY_MS = 500;
const CONNECTED_WITHIN_MS = 60_000;

/** As ours: five frames a second are looked at and nothing is written. 640x360 is its usual size. */
function toMotionLines(folder: string): string[] {
  return [
    ...["daemon off", "setup_mode off", `target_dir ${folder}`, `log_file ${join(folder, LOG)}`],
    ...["log_level 6", "webcontrol_port 0", "stream_port 0"],
    ...["width 640", "height 360", "framerate 5", "threshold 1500"],
    ...["picture_output off", "movie_output off", "snapshot_interval 0", "text_changes off"],
  ];
}

function toMotionCamera(url: string, camera: number): string {
  return [`camera_id ${camera}`, `camera_name camera-${camera}`, `netcam_url ${url}`, ""].join(
    "\n",
  );
}

function toContender(name: ContenderName, children: readonly ChildProcess[]): Contender {
  const pids = children.map(({ pid }) => {
    if (pid === undefined) throw new Error(`The program for "${name}" cannot be started.`);
    return pid;
  });
  const isAlive = (child: ChildProcess): boolean =>
    child.exitCode === null && child.signalCode === null;
  return {
    name,
    pids,
    frameCount: () => null,
    assertAlive() {
      if (!children.every(isAlive)) throw new Error(`A process of "${name}" ended by itself.`);
    },
    async [Symbol.asyncDispose]() {
      const living = children.filter(isAlive);
      const ended = living.map((child) => once(child, "exit"));
      for (const child of living) child.kill("SIGTERM");
      await Promise.all(ended);
    },
  };
}

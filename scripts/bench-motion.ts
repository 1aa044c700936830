/**
 * What watching costs: ours, a bare ffmpeg that decodes the same stream to nothing, and Debian's
 * motion when it is installed, side by side on streams that an RTSP server of its own plays.
 *
 *     npm run bench:motion -- [--load SCENE:STREAMS[:adaptive] ...] [--windows 3] [--window-s 20]
 *                             [--warm-up-s 20] [--held 64] [--held-s 300] [--json]
 *
 * A load is a scene, how many cameras show it at once, and how we decode it: `sub-quiet:16`. CPU
 * seconds are user and system of whole process trees, per minute of one stream; the medians of the
 * windows count. After that so many sub-streams are watched by us alone (--held, 0 for none):
 * `substreams_held` is the largest load of sub-streams, of all that were measured, that lost no frame.
 * The machine should have nothing else to do; ratios stand even when it has.
 */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs, promisify } from "node:util";

import { openRtspServer } from "../test/support/rtsp-server.ts";
import {
  type Contender,
  type ContenderName,
  isMotionInstalled,
  openDecode,
  openMotion,
  openOurs,
  type Task,
} from "./bench-motion/contenders.ts";
import { measure, type Windows } from "./bench-motion/measurement.ts";
import { type Measured, toSummary, toTable } from "./bench-motion/report.ts";
import { openScene } from "./bench-motion/scenes.ts";

const FOLDER = resolve(import.meta.dirname, "../.tools/bench");
const USUAL_LOADS = [
  "main-cbr-quiet:1",
  "main-cbr-quiet:1:adaptive",
  "main-cbr-quiet:8:adaptive",
  "sub-quiet:16",
];
const EVERYONE: readonly ContenderName[] = ["ours", "decode", "motion"];
/** Many ffmpegs take their time to start on a small box. */
const HELD_WARM_UP_S = 90;
/** Frames a second below this share of the wanted five: the machine did not keep up. */
const RATE_LEAST = 4.5;

const { values: options } = parseArgs({
  options: {
    load: { type: "string", multiple: true, default: USUAL_LOADS },
    windows: { type: "string", default: "3" },
    "window-s": { type: "string", default: "20" },
    "warm-up-s": { type: "string", default: "20" },
    held: { type: "string", default: "64" },
    "held-s": { type: "string", default: "300" },
    json: { type: "boolean", default: false },
  },
});
const usual: Windows = {
  count: toPositive("windows"),
  windowS: toPositive("window-s"),
  warmUpS: toPositive("warm-up-s"),
};

const hasMotion = await isMotionInstalled();
if (!hasMotion) say("NOT MEASURED: motion is not installed (apt-get install motion).");
await mkdir(FOLDER, { recursive: true });
const usPerFrame = await measureDetector();
const measured: Measured[] = [];
for (const load of options.load.map(parseLoad)) await run(load, usual);
if (options.held !== "0") {
  const windows = { count: 1, windowS: toPositive("held-s"), warmUpS: HELD_WARM_UP_S };
  await run({ scene: "sub-quiet", streamCount: toPositive("held"), decoding: "full" }, windows, [
    "ours",
  ]);
}
const summary = toSummary(measured, { isMotionInstalled: hasMotion });
if (options.json) console.log(JSON.stringify({ us_per_frame: usPerFrame, ...summary }));

async function run(load: Load, windows: Windows, names?: readonly ContenderName[]): Promise<void> {
  const result = await runLoad(load, windows, names ?? EVERYONE);
  measured.push(result);
  // With --json the last line of stdout is for machines; the tables stand above it either way.
  console.log(`\n${toTable(result)}`);
  warnOfLostFrames(result);
}

async function runLoad(
  load: Load,
  windows: Windows,
  names: readonly ContenderName[],
): Promise<Measured> {
  const { scene, streamCount, decoding } = load;
  say(`${scene}, ${streamCount} at once, ${decoding}: preparing.`);
  await using parts = new AsyncDisposableStack();
  const file = await openScene(scene, FOLDER);
  const server = parts.use(await openRtspServer({ mounts: { camera: file } }));
  const task: Task = { url: server.url("camera"), streamCount, decoding };
  const contenders: Contender[] = [parts.use(openOurs(task))];
  if (names.includes("decode")) contenders.push(parts.use(openDecode(task)));
  if (names.includes("motion") && hasMotion) contenders.push(parts.use(await openMotion(task)));
  say(`Measuring for ${windows.warmUpS + windows.count * windows.windowS} s.`);
  return { ...load, figures: await measure(contenders, windows, streamCount) };
}

/** In a process of its own, as nothing else must have warmed or cluttered its machine code. */
async function measureDetector(): Promise<number> {
  const script = resolve(import.meta.dirname, "bench-detector.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const [last = ""] = stdout.trim().split("\n").slice(-1);
  const { us_per_frame } = JSON.parse(last) as { us_per_frame: number };
  console.log(`detector alone: ${us_per_frame} us a frame`);
  return us_per_frame;
}

function warnOfLostFrames({ figures, decoding }: Measured): void {
  if (decoding === "adaptive") return;
  for (const { name, framesPerSecond } of figures) {
    if (framesPerSecond === null || framesPerSecond >= RATE_LEAST) continue;
    say(`"${name}" scored only ${framesPerSecond.toFixed(2)} frames a second: too much at once.`);
  }
}

type Load = Pick<Measured, "scene" | "streamCount" | "decoding">;

function parseLoad(text: string): Load {
  const [scene = "", count = "1", decoding = "full"] = text.split(":");
  const streamCount = Number(count);
  const isKnown = decoding === "full" || decoding === "adaptive";
  if (isKnown && Number.isInteger(streamCount) && streamCount > 0) {
    return { scene, streamCount, decoding };
  }
  throw new Error(
    `--load is SCENE:STREAMS or SCENE:STREAMS:adaptive, sub-quiet:16 for example, not ${text}.`,
  );
}

function toPositive(name: "windows" | "window-s" | "warm-up-s" | "held" | "held-s"): number {
  const value = Number(options[name]);
  if (value > 0) return value;
  throw new Error(`--${name} is a number above 0, not ${options[name]}.`);
}

function say(sentence: string): void {
  console.error(`==> ${sentence}`);
}

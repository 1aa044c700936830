import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { type ReplayedEvent, replayFile } from "../../src/assembly/replay.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import { type Footage, makeFootage } from "../support/footage.ts";
import { encode } from "../support/replay-command.ts";
import { openTempFolder } from "../support/temp-folder.ts";

let folder: Awaited<ReturnType<typeof openTempFolder>>;
/** One passage in 12 seconds, at 60 pictures a second and without noise. */
let footage: Footage;
let usual: ReplayedEvent;

const NOISE = "noise=alls=4:allf=t:all_seed=3";
const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-g", "20"];
const H265 = ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"];

beforeAll(async () => {
  folder = await openTempFolder();
  footage = await makeFootage({
    ...{ folder: folder.path, seconds: 12, movers: 1, framesPerSecond: 60, noise: 0 },
    ...{ width: 480, height: 272, heights: [0.3, 0.3] },
  });
  const { events } = await replay(await make("usual.mkv", "fps=10"));
  usual = events[0] as ReplayedEvent;
});

afterAll(() => folder[Symbol.asyncDispose]());

function replay(file: string) {
  const { signal } = new AbortController();
  return replayFile(file, { ffmpeg: createFfmpeg({ path: null }), signal });
}

function make(name: string, filters: string, options: readonly string[] = H264): Promise<string> {
  const words = ["-i", footage.file, "-vf", `${filters},${NOISE}`, ...options];
  return encode(join(folder.path, name), ...words);
}

/** By how much the same scene may look different: compression and the moments that are seen. */
const APART = 0.08;
/** A turned picture is squeezed the other way, and fields comb what moves. */
const APART_TURNED = 0.12;

async function expectTheSameEvent(file: string, apart = APART): Promise<void> {
  const { events, durationMs } = await replay(file);

  expect(Math.round(durationMs / 1_000)).toBe(12);
  expectUsual(events, { apart });
}

/** The usual event alone, so much later. */
function expectUsual(
  events: readonly ReplayedEvent[],
  { laterMs = 0, apart = APART }: { laterMs?: number; apart?: number } = {},
): void {
  const [event] = events;
  expect(events).toHaveLength(1);
  expect(Math.abs((event?.startedMs ?? 0) - usual.startedMs - laterMs)).toBeLessThan(500);
  expect(Math.abs((event?.endedMs ?? 0) - usual.endedMs - laterMs)).toBeLessThan(500);
  expect(Math.abs((event?.significance ?? 0) - usual.significance)).toBeLessThan(apart);
}

test.each([
  ["320x240", "fps=10,scale=320:240"],
  ["1080p", "fps=10,scale=1920:1080"],
  ["4K", "fps=5,scale=3840:2160"],
  ["an odd size", "fps=10,scale=333:251,format=yuv444p"],
  ["portrait", "fps=10,scale=360:640"],
  ["5 pictures a second", "fps=5"],
  ["25 pictures a second", "fps=25"],
  ["60 pictures a second", "null"],
  ["a rate that changes", "select='if(lt(mod(t\\,4)\\,2)\\,not(mod(n\\,6))\\,not(mod(n\\,12)))'"],
  ["grey only", "fps=10,format=gray"],
])("C8: in %s the same scene is the same event, as significant", async (name, filters) => {
  const vfr = name === "a rate that changes" ? ["-fps_mode", "vfr"] : [];
  await expectTheSameEvent(await make(`${name}.mkv`, filters, [...H264, ...vfr]));
});

test("10-bit H.265, interlaced and turned pictures give the same event", async () => {
  const deep = await make("deep.mp4", "fps=10,format=yuv420p10le", [...H265, "-tag:v", "hvc1"]);
  const fields = "fps=20,tinterlace=interleave_top,setfield=tff";
  const interlaced = await make("fields.ts", fields, [...H264, "-flags", "+ildct+ilme"]);
  const straight = await make("straight.mp4", "fps=10");
  const turning = ["-i", straight, "-c", "copy", "-metadata:s:v", "rotate=90"];
  const turned = await encode(join(folder.path, "turned.mp4"), ...turning);

  for (const file of [deep, interlaced, turned]) await expectTheSameEvent(file, APART_TURNED);
});

test("one picture a second shows what is large and slow, as one motion or more", async () => {
  const words = ["-f", "lavfi", "-i", `color=gray:s=640x360:r=1:d=30,${NOISE}`].concat(
    ["-f", "lavfi", "-i", "color=red:s=120x160:r=1:d=30", "-filter_complex"],
    ["overlay=x='-120+50*(t-4)':y=120:enable='between(t,4,22)'", ...H264],
  );
  const file = await encode(join(folder.path, "slow.mkv"), ...words);

  const { events, frames } = await replay(file);

  expect(frames).toBe(30);
  expect(events.length).toBeGreaterThan(0);
  expect(events[0]?.startedMs).toBeGreaterThanOrEqual(4_000);
  expect(events.at(-1)?.endedMs).toBeLessThanOrEqual(23_000);
});

test.each([
  ["before", 20, 3_600_000],
  ["after", 110, 0],
])("a jump of an hour %s somebody comes is no event of its own", async (name, at, laterMs) => {
  const file = await make(`${name}.mkv`, `fps=10,setpts='PTS+if(gt(N\\,${at})\\,3600/TB)'`);

  const { events, durationMs } = await replay(file);

  expect(Math.round(durationMs / 1_000)).toBe(3_612);
  expectUsual(events, { laterMs });
});

test("C5: a file that changes its codec ends there, with the event up to there and no other", async () => {
  const first = await make("first.ts", "trim=end=11,fps=10");
  const second = await make("second.ts", "trim=end=2,fps=10", H265);
  const file = join(folder.path, "changing.ts");
  await writeFile(file, Buffer.concat([await readFile(first), await readFile(second)]));

  const { events, durationMs } = await replay(file);

  expectUsual(events);
  expect(durationMs).toBeGreaterThan(10_000);
});

test.each(["mkv", "mp4"])("a %s file cut off in the middle counts up to there", async (kind) => {
  const quick = kind === "mp4" ? ["-movflags", "+faststart"] : [];
  const file = await make(`whole.${kind}`, "fps=10", [...H264, ...quick]);
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, bytes.length * 0.6));

  const { events, durationMs } = await replay(file);

  expect(events).toHaveLength(1);
  expect(Math.abs((events[0]?.startedMs ?? 0) - usual.startedMs)).toBeLessThan(500);
  expect(durationMs).toBeLessThan(11_000);
});

import { readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { makeFootage } from "../support/footage.ts";
import { encode, replay, replayAsJson } from "../support/replay-command.ts";
import { openTempFolder } from "../support/temp-folder.ts";

test("every passage is a line, the last line counts, and a second time says the same", async () => {
  await using folder = await openTempFolder();
  const { file, motion } = await makeFootage({ folder: folder.path, seconds: 40 });
  const { events, end } = await replayAsJson(file);
  expect(events).toHaveLength(motion.length);
  for (const [index, event] of events.entries()) {
    const { startS = 0, endS = 0 } = motion[index] ?? {};
    expect(event.file).toBe(file);
    expect(event.started_s).toBeGreaterThan(startS - 0.5);
    expect(event.started_s).toBeLessThan(startS + 2);
    expect(event.ended_s).toBeLessThan(endS + 1);
    expect(event.peak_s).toBeGreaterThanOrEqual(event.started_s);
    expect(event.peak_s).toBeLessThanOrEqual(event.ended_s);
    expect(event.significance_score).toBeGreaterThanOrEqual(0.3);
    expect(event.boxes[0]).toHaveLength(4);
  }
  expect(end).toEqual({ file, frames: 200, seconds: 40, events: motion.length });

  const again = await replayAsJson(file);
  expect(again).toEqual({ events, end });
});

test("as an adaptive stream a file has the same events, out of fewer frames", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 90, movers: 2 });

  const inFull = await replayAsJson(file);
  const adaptive = await replayAsJson(file, "--decoding", "adaptive");

  expect(adaptive.events).toHaveLength(2);
  for (const [index, event] of adaptive.events.entries()) {
    const { started_s = 0 } = inFull.events[index] ?? {};
    expect(Math.abs(event.started_s - started_s)).toBeLessThan(1);
  }
  expect(adaptive.end.seconds).toBe(inFull.end.seconds);
  expect(adaptive.end.frames).toBeLessThan(inFull.end.frames * 0.7);
});

test("without --json the same is said in words, and a threshold of 1 silences it", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 10 });
  const words = await replay(file);
  expect(words.stdout).toMatch(/: motion from [\d.]+ s to [\d.]+ s, best seen at [\d.]+ s;/);
  expect(words.stdout).toMatch(/: 1 event in 10 s \(50 frames looked at\)\.\n$/);
  expect((await replay(file, "--threshold", "1")).stdout).toMatch(/: 0 events in 10 s/);

  const refused = await replay(file, "--sensitivity", "7");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("Give a number from 0.1 to 1.");
});

test("--explain writes a plot for each file with a picture of each event", async () => {
  await using folder = await openTempFolder();
  const { file, motion } = await makeFootage({ folder: folder.path, seconds: 20 });
  const plots = join(folder.path, "some/plots");
  const { code, stdout } = await replay(file, file, "--explain", plots);
  expect(code).toBe(0);
  expect(stdout).toContain(`the plot is in ${join(plots, "yard.mp4.svg")}.`);
  expect((await readdir(plots)).toSorted()).toEqual(["yard.mp4-2.svg", "yard.mp4.svg"]);
  const svg = await readFile(join(plots, "yard.mp4.svg"), "utf8");
  expect(await readFile(join(plots, "yard.mp4-2.svg"), "utf8")).toBe(svg);
  // Each picture is a whole JPEG: it begins and ends as one.
  const pictures = [...svg.matchAll(/data:image\/jpeg;base64,([^"]+)"/g)].map((match) =>
    Buffer.from(match[1] ?? "", "base64"),
  );
  expect(pictures).toHaveLength(motion.length);
  for (const jpeg of pictures) {
    expect([jpeg.subarray(0, 2).toString("hex"), jpeg.subarray(-2).toString("hex")]).toEqual([
      "ffd8",
      "ffd9",
    ]);
  }
});

test("times are the file's own: at a changing rate, and when its stamps do not begin at 0", async () => {
  await using folder = await openTempFolder();
  const { file, motion } = await makeFootage({ folder: folder.path, seconds: 20 });
  const [first, second] = motion;
  const changing = await encode(
    join(folder.path, "changing.mkv"),
    ...["-i", file, "-vf", "select='lt(t,10)+not(mod(n,2))'", "-fps_mode", "vfr", "-bf", "2"],
  );
  const late = await encode(
    join(folder.path, "late.ts"),
    ...["-i", file, "-c", "copy", "-output_ts_offset", "500"],
  );
  for (const variant of [changing, late]) {
    const { events, end } = await replayAsJson(variant);
    expect(events).toHaveLength(2);
    for (const [index, passage] of [first, second].entries()) {
      expect(events[index]?.started_s).toBeGreaterThan((passage?.startS ?? 0) - 0.5);
      expect(events[index]?.started_s).toBeLessThan((passage?.startS ?? 0) + 2);
    }
    expect(Math.round(end.seconds)).toBe(20);
  }
});

test("somebody who comes in the file's first two seconds is an event from there on", async () => {
  await using folder = await openTempFolder();
  const { file, motion } = await makeFootage({ folder: folder.path, seconds: 10, movers: 1 });
  const skippedS = (motion[0]?.startS ?? 0) - 0.5;
  const late = await encode(join(folder.path, "late.mkv"), "-ss", `${skippedS}`, "-i", file);
  const { events } = await replayAsJson(late);
  expect(events).toHaveLength(1);
  expect(events[0]?.started_s).toBeLessThan(1.5);
});

test("what is no video is refused with a sentence and 1; the other files are replayed", async () => {
  await using folder = await openTempFolder();
  const text = join(folder.path, "text.txt");
  const noise = join(folder.path, "noise.mp4");
  const empty = join(folder.path, "empty.mp4");
  const missing = join(folder.path, "missing.mp4");
  await writeFile(text, "This is no video.\n");
  await writeFile(noise, Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 31) % 251)));
  await writeFile(empty, "");
  const sound = await encode(join(folder.path, "sound.wav"), "-f", "lavfi", "-i", "sine=d=1");
  const { file } = await makeFootage({ folder: folder.path, seconds: 4, movers: 0 });
  const photo = await encode(join(folder.path, "photo.jpg"), "-i", file, "-frames:v", "1");
  const drawing = await encode(join(folder.path, "drawing.png"), "-i", photo);
  const song = await encode(
    join(folder.path, "song.mp3"),
    ...["-i", sound, "-i", photo, "-map", "0", "-map", "1", "-disposition:v", "attached_pic"],
  );

  const files = [text, noise, empty, missing, sound, photo, drawing, song, folder.path, file];
  const { code, stdout, stderr } = await replay(...files, "--json");
  expect(code).toBe(1);
  expect(stderr.trim().split("\n")).toEqual([
    `${text} holds no video that ffmpeg can decode.`,
    `${noise} holds no video that ffmpeg can decode.`,
    `${empty} holds no video that ffmpeg can decode.`,
    `There is no file ${missing} that can be read.`,
    `${sound} holds no video that ffmpeg can decode.`,
    `${photo} holds no video that ffmpeg can decode.`,
    `${drawing} holds no video that ffmpeg can decode.`,
    `${song} holds no video that ffmpeg can decode.`,
    `${folder.path} is not a file.`,
  ]);
  expect(JSON.parse(stdout)).toEqual({ file, frames: 20, seconds: 4, events: 0 });
});

test("a file that names other files cannot have them read", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 4, movers: 0 });
  const list = join(folder.path, "list.m3u8");
  const lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:4", "#EXTINF:4,", `http://127.0.0.1:9${file}`];
  await writeFile(list, [...lines, "#EXT-X-ENDLIST", ""].join("\n"));
  const { code, stderr } = await replay(list);
  expect(code).toBe(1);
  expect(stderr).toContain("holds no video");
});

test("a file that breaks off within its last picture counts up to there, without an event", async () => {
  await using folder = await openTempFolder();
  const footage = await makeFootage({ folder: folder.path, seconds: 6, movers: 0 });
  const file = await encode(join(folder.path, "cut.mkv"), "-i", footage.file, "-c", "copy");
  const { size } = await stat(file);
  await truncate(file, Math.floor(size * 0.7));
  const { events, end } = await replayAsJson(file);
  expect(events).toEqual([]);
  expect(end.frames).toBeGreaterThan(10);
  expect(end.seconds).toBeLessThan(6);
});

test("where the picture changes its size within the file there is no event, and time goes on", async () => {
  await using folder = await openTempFolder();
  const parts = [
    { width: 640, height: 360 },
    { width: 960, height: 540 },
  ].map(async (size, index) => {
    const options = { folder: folder.path, name: `part${index}`, seconds: 4, movers: 0, ...size };
    const { file } = await makeFootage(options);
    return await encode(join(folder.path, `part${index}.ts`), "-i", file, "-c", "copy");
  });
  const file = join(folder.path, "seam.ts");
  const bytes = (await Promise.all(parts)).map((part) => readFile(part));
  await writeFile(file, Buffer.concat(await Promise.all(bytes)));
  const { events, end } = await replayAsJson(file);
  expect(events).toEqual([]);
  expect(Math.round(end.seconds)).toBe(8);
});

test.each([
  { name: "4K", size: "3840x2160", rate: 5, pixels: "yuv420p" },
  { name: "odd sizes", size: "321x181", rate: 10, pixels: "yuv444p" },
  { name: "portrait", size: "360x640", rate: 10, pixels: "yuv420p" },
  { name: "1 frame a second", size: "320x180", rate: 1, pixels: "yuv420p" },
  { name: "60 frames a second", size: "320x180", rate: 60, pixels: "yuv420p" },
  { name: "grey only", size: "320x180", rate: 10, pixels: "gray" },
])("a calm scene in $name has no event", async ({ size, rate, pixels }) => {
  await using folder = await openTempFolder();
  const file = await encode(
    join(folder.path, "calm.mkv"),
    ...["-f", "lavfi", "-i", `smptebars=s=${size}:r=${rate}:d=5`, "-pix_fmt", pixels],
    ...["-vf", "noise=alls=4:allf=t:all_seed=3", "-c:v", "libx264", "-preset", "ultrafast"],
  );
  const { events, end } = await replayAsJson(file);
  expect(events).toEqual([]);
  expect(Math.round(end.seconds)).toBe(5);
  expect(Math.abs(end.frames - 5 * Math.min(5, rate))).toBeLessThanOrEqual(1);
});

import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import { makeFootage } from "./footage.ts";
import { openRtspServer } from "./rtsp-server.ts";
import { openTempFolder } from "./temp-folder.ts";

const run = promisify(execFile);

/** One row a picture: its time and its kind (I, P, B). */
async function readPictures(file: string): Promise<{ atS: number; kind: string }[]> {
  const fields = "frame=pts_time,pict_type";
  const { stdout } = await run("ffprobe", [
    ...["-v", "error", "-select_streams", "v:0", "-show_entries", fields, "-of", "csv=p=0", file],
  ]);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ atS: Number(line.split(",")[0]), kind: line.split(",")[1] ?? "" }));
}

/** Every picture, small and grey. */
async function readGreyPictures(file: string): Promise<Buffer[]> {
  const { stdout } = await run(
    "ffmpeg",
    ["-nostdin", "-v", "error", "-i", file, "-vf", "scale=80:48:flags=area,format=gray"].concat([
      ...["-f", "rawvideo", "-"],
    ]),
    { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
  );
  const size = 80 * 48;
  return Array.from({ length: stdout.length / size }, (_, i) =>
    stdout.subarray(i * size, (i + 1) * size),
  );
}

/** By more than noise and compression do. */
function differsFrom(empty: Buffer, picture: Buffer): boolean {
  return picture.some((level, at) => Math.abs(level - (empty[at] ?? 0)) > 18);
}

test.each(["h264", "hevc"] as const)(
  "%s footage has a key frame every two seconds and no B frames, as cameras do",
  async (codec) => {
    await using folder = await openTempFolder();
    const { file } = await makeFootage({ folder: folder.path, seconds: 6, codec });
    const pictures = await readPictures(file);
    expect(pictures).toHaveLength(60);
    const keys = pictures.filter(({ kind }) => kind === "I").map(({ atS }) => Math.round(atS));
    expect(keys).toEqual([0, 2, 4]);
    expect(pictures.filter(({ kind }) => kind === "B")).toEqual([]);
  },
);

test("somebody is in the picture inside the told intervals, and nobody outside", async () => {
  await using folder = await openTempFolder();
  const { file, motion } = await makeFootage({ folder: folder.path, seconds: 40, seed: 5 });
  expect(motion).toHaveLength(4);
  const pictures = await readGreyPictures(file);
  const empty = pictures[0] ?? Buffer.alloc(0);
  const seen = pictures.map((picture) => differsFrom(empty, picture));
  for (const [index, isSeen] of seen.entries()) {
    const atS = index / 10;
    const inside = motion.some(({ startS, endS }) => atS > startS + 1 && atS < endS - 1);
    const outside = motion.every(({ startS, endS }) => atS < startS || atS >= endS);
    if (inside || outside) expect({ atS, isSeen }).toEqual({ atS, isSeen: inside });
  }
});

test("the same seed makes the same file", async () => {
  await using folder = await openTempFolder();
  const make = async (name: string, seed: number) =>
    Buffer.concat(
      await readGreyPictures(
        (await makeFootage({ folder: folder.path, seconds: 4, name, seed })).file,
      ),
    );
  const first = await make("first", 7);
  expect(first.equals(await make("again", 7))).toBe(true);
  expect(first.equals(await make("other", 8))).toBe(false);
});

test("the RTSP server plays in a loop without end, and asks for the login", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 2 });
  await using server = await openRtspServer({
    mounts: { yard: file },
    user: "viewer",
    password: "p@ss word",
  });
  const read = (url: string) =>
    run("ffprobe", [
      ...["-v", "error", "-rtsp_transport", "tcp", "-read_intervals", "%+5", "-count_packets"],
      ...["-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", url],
    ]);
  const { stdout } = await read(server.url("yard"));
  expect(Number(stdout.trim())).toBeGreaterThan(40);
  await expect(read(`rtsp://127.0.0.1:${server.port}/yard`)).rejects.toThrow(/401/);
});

test("the RTSP server comes back on its port after losing its power", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 2, movers: 0 });
  await using server = await openRtspServer({ mounts: { yard: file } });
  const { port, pid } = server;
  await server.stop("SIGKILL");
  expect(server.pid).toBe(0);
  await server.restart();
  expect(server.port).toBe(port);
  expect(server.pid).not.toBe(pid);
});

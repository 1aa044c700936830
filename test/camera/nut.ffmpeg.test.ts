import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createNutCutter, type NutPacket } from "../../src/camera/nut.ts";
import { makeBrightnessClip } from "../support/brightness-clip.ts";
import { openTempFolder } from "../support/temp-folder.ts";

let folder: Awaited<ReturnType<typeof openTempFolder>>;
let h264: string;
let h265: string;

beforeAll(async () => {
  folder = await openTempFolder();
  h264 = await makeBrightnessClip({ folder: folder.path });
  h265 = await makeBrightnessClip({ folder: folder.path, codec: "hevc" });
});

afterAll(() => folder[Symbol.asyncDispose]());

const COPY = ["-map", "0:v:0", "-c:v:0", "copy"];
const SMALL = ["-map", "0:v:0", "-c:v:1", "rawvideo", "-filter:v:1", "scale=32:16,format=gray"];

async function run(program: string, ...words: string[]): Promise<Buffer> {
  const options = { encoding: "buffer", maxBuffer: 1e9 } as const;
  return (await promisify(execFile)(program, ["-v", "error", ...words], options)).stdout;
}

/** The stream is given in chunks of a size, each in the place of the last one. */
function cutAll(nut: Buffer, chunkBytes: number) {
  const packets: NutPacket[] = [];
  const cutter = createNutCutter((packet) => packets.push(packet));
  const lent = Buffer.alloc(chunkBytes);
  for (let at = 0; at < nut.length; at += chunkBytes) {
    const count = nut.copy(lent, 0, at);
    expect(cutter.push(lent.subarray(0, count))).toBe(true);
  }
  return { packets, codec: cutter.firstCodec };
}

test.each([
  ["H264", "h264_mp4toannexb"],
  ["HEVC", "hevc_mp4toannexb"],
])("packets of %s and of grey pictures come whole, wherever they are cut", async (name, bsf) => {
  const file = name === "H264" ? h264 : h265;
  const words = ["-i", file, ...COPY, "-tag:v:0", name, "-bsf:v:0", bsf, ...SMALL];
  const nut = await run("ffmpeg", ...words, "-f", "nut", "pipe:1");
  const raw = await run("ffmpeg", "-i", file, ...COPY, "-bsf:v", bsf, "-f", "data", "pipe:1");
  const show = ["-show_entries", "packet=pts,size,stream_index,flags", "-of", "csv=p=0"];
  const listed = (await run("ffprobe", "-f", "nut", ...show, "-i", await keep(nut)))
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.split(","));

  for (const chunkBytes of [1, 13, 4_096, 65_536]) {
    const { packets, codec } = cutAll(nut, chunkBytes);

    expect(codec).toBe(name);
    expect(
      packets.map(({ stream, stamp, bytes, key }) =>
        [stream, stamp, bytes.length, key ? "K" : "_"].join(),
      ),
    ).toEqual(
      listed.map(([stream, stamp, size, flags]) => [stream, stamp, size, flags?.[0]].join()),
    );
    const units = packets.filter(({ stream }) => stream === 0);
    expect(Buffer.concat(units.map(({ bytes }) => bytes)).equals(raw)).toBe(true);
  }
});

async function keep(nut: Buffer): Promise<string> {
  const path = join(folder.path, "kept.nut");
  await writeFile(path, nut);
  return path;
}

test("what is no NUT is told, and a broken one never hangs", async () => {
  const nut = await run(
    "ffmpeg",
    "-i",
    h264,
    ...SMALL,
    "-c:v:0",
    "rawvideo",
    "-f",
    "nut",
    "pipe:1",
  );
  expect(createNutCutter(() => {}).push(Buffer.alloc(100, 7))).toBe(false);
  for (let seed = 0; seed < 50; seed += 1) {
    const broken = Buffer.from(nut.subarray(0, 20_000));
    for (let i = 0; i < 5; i += 1)
      broken[(seed * 97 + i * 4_001) % 600] = (seed * 31 + i * 57) % 256;
    const cutter = createNutCutter(() => {});
    expect([true, false]).toContain(cutter.push(broken));
  }
});

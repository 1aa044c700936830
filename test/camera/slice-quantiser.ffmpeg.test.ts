import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

import { createUnitCutter } from "../../src/camera/access-units.ts";
import { createUnitMeasure } from "../../src/camera/unit-measure.ts";

const START = { capturedAt: 0, timestampMs: 0 };
const SOURCE = [
  "-f",
  "lavfi",
  "-i",
  "testsrc2=size=320x192:rate=10:duration=6,noise=alls=9:allf=t",
];

const HELD_RATE = ["-minrate", "300k", "-maxrate", "300k", "-bufsize", "300k"];

/** Streams whose slice headers differ in all that stands before the quantiser. */
const STREAMS: readonly [name: string, encoder: readonly string[]][] = [
  ["main", ["-profile:v", "main", "-bf", "0", "-refs", "1", "-b:v", "300k"]],
  ["baseline", ["-profile:v", "baseline", "-refs", "3", "-b:v", "200k"]],
  ["high with B frames", ["-bf", "3", "-refs", "4", "-x264-params", "b-pyramid=normal"]],
  ["weighed", ["-bf", "2", "-x264-params", "weightp=2:weightb=1", "-b:v", "150k"]],
  ["with fields", ["-flags", "+ildct+ilme", "-x264-params", "tff=1", "-b:v", "400k"]],
  ["in slices", ["-x264-params", "slices=4:nal-hrd=cbr", "-b:v", "300k", ...HELD_RATE]],
  ["without chroma", ["-pix_fmt", "gray", "-profile:v", "high"]],
];

async function encode(encoder: readonly string[]): Promise<Buffer> {
  const out = ["-c:v", "libx264", "-preset", "fast", "-g", "20", ...encoder, "-f", "h264", "-"];
  const { stdout } = await promisify(execFile)("ffmpeg", ["-v", "error", ...SOURCE, ...out], {
    encoding: "buffer",
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** What ffmpeg's own reader of headers says of the first slice of each picture. */
async function trace(stream: Buffer): Promise<number[]> {
  const args = ["-v", "verbose", "-f", "h264", "-i", "-", "-c", "copy"];
  const running = promisify(execFile)(
    "ffmpeg",
    [...args, "-bsf:v", "trace_headers", "-f", "null", "-"],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  running.child.stdin?.end(stream);
  const { stderr } = await running;
  return toQuantisers(stderr);
}

function toQuantisers(trace: string): number[] {
  const quantisers: number[] = [];
  let initial = 0;
  let isFirst = false;
  for (const line of trace.split("\n")) {
    const [, field, value] = /(\w+) +[01]+ = (-?\d+)$/.exec(line) ?? [];
    if (field === "pic_init_qp_minus26") initial = 26 + Number(value);
    if (field === "first_mb_in_slice") isFirst = value === "0";
    if (field === "slice_qp_delta" && isFirst) quantisers.push(initial + Number(value));
  }
  return quantisers;
}

test.each(STREAMS)("the quantiser of each picture is read, %s", async (_name, encoder) => {
  const stream = await encode(encoder);
  const cutter = createUnitCutter();
  const units = [...cutter.push(stream, START), ...cutter.flush()];

  const read = units.map(createUnitMeasure()).map(({ quantiser }) => quantiser);

  expect(read.length).toBe(60);
  expect(read).toEqual(await trace(stream));
});

test("what only fills a constant bit rate does not count, and H.265 tells no quantiser", async () => {
  const still = "color=gray:size=320x192:rate=10:duration=4";
  const x264 = ["-c:v", "libx264", "-b:v", "600k", "-x264-params", "nal-hrd=cbr:filler=1"];
  const rate = ["-minrate", "600k", "-maxrate", "600k", "-bufsize", "300k"];
  const { stdout } = await promisify(execFile)(
    "ffmpeg",
    [...["-v", "error", "-f", "lavfi", "-i", still], ...x264, ...rate, "-f", "h264", "-"],
    { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 },
  );
  const cutter = createUnitCutter();
  const units = [...cutter.push(stdout, START), ...cutter.flush()];

  const measured = units.map(createUnitMeasure());

  expect(units.at(-1)?.bytes.length).toBeGreaterThan(2_000);
  expect(measured.at(-1)?.byteCount).toBeLessThan(200);
  const foreign = { codec: "h265", bytes: Buffer.from([0, 0, 1, 2, 1, 0xd0]) } as const;
  expect(createUnitMeasure()(foreign)).toEqual({ byteCount: 6, quantiser: null });
});

import { expect, test } from "vitest";

import type { ContenderName } from "../../scripts/bench-motion/contenders.ts";
import { type Figures, median, toFigures } from "../../scripts/bench-motion/measurement.ts";
import { toSummary, toTable } from "../../scripts/bench-motion/report.ts";

function figures(name: ContenderName, cpuPerStreamMinuteS: number): Figures {
  return {
    ...{ name, cpuPerStreamMinuteS, rootCpuPerStreamMinuteS: 0.05, pssPerStreamMb: 20 },
    framesPerSecond: name === "ours" ? 5 : null,
  };
}

test("the median of the windows counts, per minute and per stream", () => {
  const usage = (cpuS: number) => ({ cpuS, rootCpuS: cpuS / 10, pssMb: 80, processCount: 5 });
  const readings = [0, 2, 12, 15].map((cpuS, i) => ({
    ...{ atMs: i * 10_000, frameCount: i * 200, usage: usage(cpuS) },
  }));

  // Windows of ten seconds that cost 2, 10 and 3 seconds, for four streams.
  expect(toFigures("ours", readings, 4)).toEqual({
    ...{ name: "ours", cpuPerStreamMinuteS: 4.5, pssPerStreamMb: 20, framesPerSecond: 5 },
    rootCpuPerStreamMinuteS: expect.closeTo(0.45),
  });
  expect([median([3, 1, 2]), median([4, 1])]).toEqual([2, 2.5]);
});

test("the summary tells what was measured and leaves out what was not", () => {
  const main = {
    ...{ scene: "main-cbr-quiet", streamCount: 1, decoding: "full" as const },
    figures: [figures("ours", 4), figures("decode", 5), figures("motion", 8)],
  };
  const subs = {
    ...{ scene: "sub-quiet", streamCount: 16, decoding: "full" as const },
    figures: [figures("ours", 0.6), figures("decode", 0.5)],
  };

  const quiet = { ...main, decoding: "adaptive" as const };

  expect(
    toSummary([quiet, { ...quiet, streamCount: 8 }], { isMotionInstalled: true }),
  ).toMatchObject({ quiet_1080p_over_decode_x1: 0.8, quiet_1080p_over_decode_x8: 0.8 });
  expect(toSummary([main, subs], { isMotionInstalled: true })).toMatchObject({
    ...{ full_1080p_over_decode: 0.8, sub_x16_over_decode: 1.2, over_motion_1080p: 0.5 },
    ...{ node_s_per_stream_minute_x16: 0.05, pss_mb_per_camera_x16: 20, substreams_held: 16 },
  });
  expect(Object.keys(toSummary([main], { isMotionInstalled: true }))).toEqual([
    ...["full_1080p_over_decode", "over_motion_1080p", "loads"],
  ]);
  expect(toSummary([subs], { isMotionInstalled: false })["over_motion_1080p"]).toBeNull();
  expect(toSummary([], { isMotionInstalled: true })).toEqual({ loads: [] });
});

test("sub-streams are held as far as their frames come at the full rate", () => {
  const load = (streamCount: number, framesPerSecond: number) => ({
    ...{ scene: "sub-quiet", streamCount, decoding: "full" as const },
    figures: [{ ...figures("ours", 0.6), framesPerSecond }, figures("decode", 0.5)],
  });
  const held = (...loads: ReturnType<typeof load>[]) =>
    toSummary(loads, { isMotionInstalled: true })["substreams_held"];

  expect(held(load(16, 5), load(24, 4.99), load(32, 4.2))).toBe(24);
  expect(held(load(32, 4.2))).toBe(0);
});

test("the table sets each beside the bare decoder", () => {
  const table = toTable({
    ...{ scene: "sub-quiet", streamCount: 16, decoding: "full" as const },
    figures: [figures("ours", 0.6), figures("decode", 0.5)],
  });

  expect(table).toContain("sub-quiet, 16 at once, full");
  expect(table).toMatch(/^ours +0\.600 +1\.20 /m);
  expect(table).toMatch(/^decode +0\.500 +1\.00 /m);
});

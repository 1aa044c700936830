/** What was measured, for eyes and for machines. */
import type { ContenderName, Task } from "./contenders.ts";
import type { Figures } from "./measurement.ts";

export interface Measured {
  scene: string;
  streamCount: Task["streamCount"];
  decoding: Task["decoding"];
  figures: readonly Figures[];
}

const COLUMNS = ["", "CPU s/stream-min", "of decode", "its first process", "PSS MB", "frames/s"];

export function toTable({ scene, streamCount, decoding, figures }: Measured): string {
  const decode = figures.find(({ name }) => name === "decode");
  const rows = figures.map((one) => [
    one.name,
    one.cpuPerStreamMinuteS.toFixed(3),
    decode ? (one.cpuPerStreamMinuteS / decode.cpuPerStreamMinuteS).toFixed(2) : "-",
    one.rootCpuPerStreamMinuteS.toFixed(3),
    one.pssPerStreamMb.toFixed(1),
    one.framesPerSecond?.toFixed(2) ?? "-",
  ]);
  const lines = [COLUMNS, ...rows].map((cells) => cells.map((cell) => cell.padEnd(18)).join(""));
  return [`${scene}, ${streamCount} at once, ${decoding}`, ...lines]
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Only what was measured: a figure whose load was not run is left out. */
export function toSummary(
  measured: readonly Measured[],
  { isMotionInstalled }: { isMotionInstalled: boolean },
): Record<string, number | null | readonly object[]> {
  const find = (scene: string, streamCount: number, decoding: Task["decoding"]) =>
    measured.find(
      (one) => one.scene === scene && one.streamCount === streamCount && one.decoding === decoding,
    );
  const main = find("main-cbr-quiet", 1, "full");
  const quiet = find("main-cbr-quiet", 1, "adaptive");
  const quiets = find("main-cbr-quiet", 8, "adaptive");
  const subs = find("sub-quiet", 16, "full");
  const ours = subs?.figures.find(({ name }) => name === "ours");
  const overMotion = main && toRatio(main, "motion");
  return {
    ...toEntry("full_1080p_over_decode", main && toRatio(main, "decode")),
    ...toEntry("quiet_1080p_over_decode_x1", quiet && toRatio(quiet, "decode")),
    ...toEntry("quiet_1080p_over_decode_x8", quiets && toRatio(quiets, "decode")),
    ...toEntry("sub_x16_over_decode", subs && toRatio(subs, "decode")),
    ...toEntry("substreams_held", countHeld(measured)),
    ...toEntry("node_s_per_stream_minute_x16", ours?.rootCpuPerStreamMinuteS),
    ...toEntry("pss_mb_per_camera_x16", ours?.pssPerStreamMb),
    ...toEntry("over_motion_1080p", isMotionInstalled ? overMotion : null),
    loads: measured.map(toLoad),
  };
}

/** Told once a second, so the count is out by a frame or so at both ends of a window. */
const HELD_RATE = 5 * 0.99;

/** The most sub-streams at once of which hardly a frame was lost; 0 when all loads were too much. */
function countHeld(measured: readonly Measured[]): number | undefined {
  const loads = measured.filter(({ scene }) => scene === "sub-quiet");
  const held = loads.filter(({ figures }) =>
    figures.some(({ framesPerSecond }) => (framesPerSecond ?? 0) >= HELD_RATE),
  );
  if (loads.length === 0) return undefined;
  return Math.max(0, ...held.map(({ streamCount }) => streamCount));
}

function toRatio({ figures }: Measured, to: ContenderName): number | undefined {
  const ours = figures.find(({ name }) => name === "ours");
  const other = figures.find(({ name }) => name === to);
  return ours && other ? ours.cpuPerStreamMinuteS / other.cpuPerStreamMinuteS : undefined;
}

function toEntry(key: string, value: number | null | undefined): Record<string, number | null> {
  return value === undefined ? {} : { [key]: value === null ? null : round(value) };
}

function toLoad({ scene, streamCount, decoding, figures }: Measured): object {
  return {
    ...{ scene, streams: streamCount, decoding },
    contenders: figures.map((one) => ({
      name: one.name,
      cpu_s_per_stream_minute: round(one.cpuPerStreamMinuteS),
      first_process_s_per_stream_minute: round(one.rootCpuPerStreamMinuteS),
      pss_mb_per_stream: round(one.pssPerStreamMb),
      frames_per_second: one.framesPerSecond === null ? null : round(one.framesPerSecond),
    })),
  };
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Fails the calls of a standard run one by one, and looks each time at what is left. */
import { join } from "node:path";

import { openTempFolder } from "../../test/support/temp-folder.ts";
import { inspect } from "../power-cut/inspection.ts";
import { parseSaid } from "../power-cut/said.ts";
import { type BoxProcess, openBoxProcess, type StandardRun } from "./box-process.ts";
import { type Call, isOfKind } from "./calls.ts";

export interface CallFigures extends Call {
  /** How many there are in a standard run, and of how many the failure was tried. */
  there: number;
  tried: number;
  fellShort: number;
}

export interface NthCallReport {
  figures: CallFigures[];
  /** Failures that met a call of nobody's: one of the runtime's own. */
  missed: number;
  /** What fell short, one sentence each. */
  found: string[];
  seconds: number;
}

export async function runNthCalls(options: {
  calls: readonly Call[];
  /** Every so many-th of each only. */
  every: number;
  /** How many of the first are left out then. */
  skipped?: number;
  onCall?(figures: CallFigures): void;
}): Promise<NthCallReport> {
  const { calls, every, skipped = 0 } = options;
  const startedAt = performance.now();
  await using folder = await openTempFolder();
  await using boxes = createBoxes();
  const log = join(folder.path, "strace.log");
  const report: NthCallReport = { figures: [], missed: 0, found: [], seconds: 0 };
  const healthy = await runHealthy(await boxes.take(), calls, log);
  for (const call of calls) {
    const places = findPlaces(call, healthy);
    const figures = { ...call, there: places.length, tried: 0, fellShort: 0 };
    for (const place of places.filter((_, at) => at >= skipped && (at - skipped) % every === 0)) {
      note(await failOne(await boxes.take(), call, place, log), { report, figures, place });
    }
    if (places.length > 0) report.figures.push(figures);
    options.onCall?.(figures);
  }
  return { ...report, seconds: Math.round((performance.now() - startedAt) / 1000) };
}

function note(
  found: string[] | null,
  { report, figures, place }: { report: NthCallReport; figures: CallFigures; place: number },
): void {
  if (found === null) {
    report.missed += 1;
    return;
  }
  const { kind, name, error } = figures;
  figures.tried += 1;
  if (found.length > 0) figures.fellShort += 1;
  report.found.push(...found.map((each) => `${kind} ${name} ${error} ${place}: ${each}`));
}

/** One process for all runs, and another where it ended. */
function createBoxes() {
  let box: BoxProcess | null = null;
  return {
    async take(): Promise<BoxProcess> {
      if (!box?.isAlive) box = await openBoxProcess();
      return box;
    },
    async [Symbol.asyncDispose]() {
      box?.close();
    },
  };
}

interface HealthyRun {
  dataDir: string;
  /** strace's lines. */
  calls: readonly string[];
}

async function runHealthy(
  box: BoxProcess,
  calls: readonly Call[],
  log: string,
): Promise<HealthyRun> {
  await using data = await openTempFolder();
  const traced = [...new Set(calls.map(({ name }) => name))];
  const run = await box.run({ dataDir: data.path, traced, inject: null, log });
  return { dataDir: data.path, calls: run.calls };
}

/**
 * At which places a run without failures makes such a call; strace counts by thread, and fails that of
 * each. A write at the same place to anything but a file must not be met: where waking another thread
 * fails, the runtime ends itself.
 */
function findPlaces(call: Call, { dataDir, calls }: HealthyRun): number[] {
  const counts = new Map<string, number>();
  const meant = new Set<number>();
  const others = new Set<number>();
  for (const line of calls) {
    const thread = new RegExp(`^(\\d+) +${call.name}\\(`).exec(line)?.[1];
    if (thread === undefined) continue;
    const place = (counts.get(thread) ?? 0) + 1;
    counts.set(thread, place);
    if (isOfKind(line, call, dataDir)) meant.add(place);
    else if (call.name === "write") others.add(place);
  }
  return [...meant].filter((place) => !others.has(place)).sort((a, b) => a - b);
}

/** What fell short; null where the failure met another call than was meant. */
async function failOne(
  box: BoxProcess,
  call: Call,
  place: number,
  log: string,
): Promise<string[] | null> {
  await using data = await openTempFolder();
  const inject = `${call.name}:error=${call.error}:when=${place}`;
  const dataDir = data.path;
  const run = await box.run({ dataDir, traced: [call.name], inject, log });
  const met = run.calls.filter((line) => line.includes("(INJECTED)"));
  if (!met.some((line) => isOfKind(line, call, dataDir))) return null;
  const said = run.lines.flatMap((line) => parseSaid(line) ?? []);
  // Started again without the failure, as the service manager does.
  const { lost, corrupt } = await inspect({ dataDir, said, isWhole: isWholeJpeg });
  return [...lost.map((each) => `lost: ${each}`), ...corrupt, ...judgeWords(run)];
}

/** Alive to the end, or ended with a sentence; and what did not come about was told. */
function judgeWords({ lines, ending }: StandardRun): string[] {
  if (ending === null) return ["the process ended without a word, or never"];
  if (ending.ending === "failed") {
    return ending.isExpected ? [] : [`it ended, and not with a sentence: ${ending.sentence}`];
  }
  const wrong = ending.ffmpegCame ? [] : ["no ffmpeg was ever started"];
  const said = lines.flatMap((line) => parseSaid(line) ?? []);
  const isComplete =
    ["admin", "gone", "backup"].every((name) => said.some((each) => each.said === name)) &&
    said.some((each) => each.said === "event" && each.hasEnded && each.isDescribed);
  const hasWarned = lines.some((line) => line.startsWith("refused: ") || line.includes('"level":'));
  if (!isComplete && !hasWarned) wrong.push("something did not come about, and nothing was said");
  return wrong;
}

function isWholeJpeg(_: string, content: Buffer): boolean {
  return content.readUInt16BE(0) === 0xffd8 && content.readUInt16BE(content.length - 2) === 0xffd9;
}

/** `nightjar replay FILE...`: what the motion engine would have made of video files. */
import { Command, InvalidArgumentError, Option } from "commander";

import { type Replay, type ReplayedEvent, readDefaults, replayFile } from "../assembly/replay.ts";
import { ApplianceError } from "../base/errors.ts";
import { createFfmpeg, type Ffmpeg } from "../camera/ffmpeg.ts";
import { createExplanations, type Explanations } from "./replay-explanation.ts";
import type { PlottedScore } from "./replay-plot.ts";
import type { World } from "./world.ts";

interface Wishes {
  sensitivity?: number;
  threshold?: number;
  decoding?: "full" | "adaptive";
  json?: boolean;
  explain?: string;
}

/** What all files of one call share. */
interface Call {
  sensitivity: number;
  significanceThreshold: number;
  decoding: "full" | "adaptive";
  print: Printer;
  explanations: Explanations | null;
  ffmpeg: Ffmpeg;
  signal: AbortSignal;
}

export function replayCommand(world: World): Command {
  return new Command("replay")
    .description("Runs video files through the motion engine, faster than real time.")
    .argument("<file...>", "any video that ffmpeg reads")
    .option("--sensitivity <share>", "how faint a motion may be, 0.1 to 1 (default: 0.5)", toShare)
    .option("--threshold <share>", "how much it must matter, 0.1 to 1 (default: 0.3)", toShare)
    .addOption(
      new Option("--decoding <how>", "as a camera whose stream is decoded in full, or adaptively")
        .choices(["full", "adaptive"])
        .default("full"),
    )
    .option("--json", "print a JSON line per event, and one per file")
    .option("--explain <folder>", "write a plot of each file's scores and events there, as SVG")
    .action(async (files: string[], wishes: Wishes) => {
      const call = toCall(wishes, world);
      const refusals: string[] = [];
      for (const file of files) {
        const refusal = await replayOne(file, call);
        if (refusal) refusals.push(refusal);
      }
      if (refusals.length > 0) throw new ApplianceError("invalid", refusals.join("\n"));
    });
}

function toShare(text: string): number {
  const share = Number(text);
  if (text.trim() !== "" && share >= 0.1 && share <= 1) return share;
  throw new InvalidArgumentError("Give a number from 0.1 to 1.");
}

function toCall(
  { sensitivity, threshold, decoding = "full", ...wishes }: Wishes,
  world: World,
): Call {
  const usual = readDefaults();
  const { json = false, explain } = wishes;
  return {
    sensitivity: sensitivity ?? usual.sensitivity,
    significanceThreshold: threshold ?? usual.significanceThreshold,
    decoding,
    print: json ? printAsJson : printInWords,
    explanations: explain === undefined ? null : createExplanations(explain),
    ffmpeg: createFfmpeg({ path: null }),
    signal: world.signal,
  };
}

/** Answers why a file could not be replayed: one of many must not keep the others from it. */
async function replayOne(file: string, call: Call): Promise<string | null> {
  const { print, explanations, ...options } = call;
  const scores: PlottedScore[] = [];
  try {
    const replay = await replayFile(file, {
      ...options,
      onEvent: (event) => print.event(file, event),
      onScore: (atMs, { significance }) => {
        if (explanations) scores.push({ atMs, significance });
      },
    });
    const plot = (await explanations?.write(file, replay, { ...options, scores })) ?? null;
    print.end(file, replay, plot);
    return null;
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    if (error.kind !== "invalid" && error.kind !== "not-found") throw error;
    return error.message;
  }
}

interface Printer {
  event(file: string, event: ReplayedEvent): void;
  end(file: string, replay: Replay, plot: string | null): void;
}

const printAsJson: Printer = {
  event: (file, event) => console.log(JSON.stringify(toWire(file, event))),
  end: (file, { frames, durationMs, events }) => {
    const seconds = toSeconds(durationMs);
    console.log(JSON.stringify({ file, frames, seconds, events: events.length }));
  },
};

const printInWords: Printer = {
  event: (file, event) => {
    const { started_s, ended_s, peak_s, significance_score, confidence } = toWire(file, event);
    console.log(
      `${file}: motion from ${started_s} s to ${ended_s} s, best seen at ${peak_s} s; ` +
        `significance ${significance_score}, confidence ${confidence}.`,
    );
  },
  end: (file, { frames, durationMs, events }, plot) => {
    const count = events.length === 1 ? "1 event" : `${events.length} events`;
    console.log(`${file}: ${count} in ${toSeconds(durationMs)} s (${frames} frames looked at).`);
    if (plot !== null) console.log(`${file}: the plot is in ${plot}.`);
  },
};

function toWire(file: string, event: ReplayedEvent) {
  return {
    file,
    started_s: toSeconds(event.startedMs),
    ended_s: toSeconds(event.endedMs),
    peak_s: toSeconds(event.peakMs),
    significance_score: round(event.significance),
    confidence: round(event.confidence),
    boxes: event.boxes.map((box) => box.map(round)),
  };
}

function toSeconds(durationMs: number): number {
  return round(durationMs / 1_000);
}

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

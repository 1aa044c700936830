import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";

import { expect } from "vitest";

const MAIN = resolve(import.meta.dirname, "../../src/main.ts");

export interface EventLine {
  file: string;
  started_s: number;
  ended_s: number;
  peak_s: number;
  significance_score: number;
  confidence: number;
  boxes: [number, number, number, number][];
}

export interface FileLine {
  file: string;
  frames: number;
  seconds: number;
  events: number;
}

/** The program itself, on files. */
export function replay(
  ...words: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const env = { PATH: process.env["PATH"] ?? "" };
    execFile(process.execPath, [MAIN, "replay", ...words], { env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

export async function replayAsJson(
  file: string,
  ...words: string[]
): Promise<{ events: EventLine[]; end: FileLine }> {
  const { code, stdout, stderr } = await replay(file, "--json", ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  const events = lines.slice(0, -1).map((line) => JSON.parse(line) as EventLine);
  return { events, end: JSON.parse(lines.at(-1) ?? "") as FileLine };
}

/** Makes the file with ffmpeg, its name behind the words. */
export async function encode(file: string, ...words: string[]): Promise<string> {
  await promisify(execFile)("ffmpeg", ["-nostdin", "-v", "error", "-y", ...words, file]);
  return file;
}

/** Clips with the times at which something moves in them: filmed ones from a folder, or generated. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { makeFootage } from "../../test/support/footage.ts";

export interface Interval {
  readonly startS: number;
  readonly endS: number;
}

export interface LabelledClip {
  name: string;
  path: string;
  /** Each should become an event. */
  motion: readonly Interval[];
  /** An event here is neither right nor wrong. */
  ignored: readonly Interval[];
}

const LABELS = "clips.tsv";
const BESIDE = join(import.meta.dirname, "../../../shared/clips");

/**
 * The folder that was named, else the clips beside the repository; null where there are none. Throws
 * with a sentence when the one that was named has no labels.
 */
export function findClipFolder(named: string | undefined): string | null {
  if (named === undefined) return hasLabels(BESIDE) ? BESIDE : null;
  if (!hasLabels(named)) throw new Error(`There is no ${LABELS} in ${named}.`);
  return named;
}

export function hasLabels(folder: string): boolean {
  return existsSync(join(folder, LABELS));
}

/** `clips.tsv`: name, file, res, fps, secs, licence, motion_s, ignore_s; intervals as 1.5-3;7-9. */
export async function readLabelledClips(folder: string): Promise<LabelledClip[]> {
  const text = await readFile(join(folder, LABELS), "utf8");
  const [header = "", ...rows] = text.split(/\r?\n/).filter((line) => line !== "");
  const columns = header.split("\t");
  return rows.map((row) => {
    const cells = row.split("\t");
    const cell = (column: string): string => cells[columns.indexOf(column)] ?? "";
    const [name, file] = [cell("name"), cell("file")];
    if (name === "" || file === "") {
      throw new Error(`${LABELS} in ${folder} has a row without name or file: ${row}`);
    }
    const [motion, ignored] = [cell("motion_s"), cell("ignore_s")].map(parseIntervals);
    return { name, path: join(folder, file), motion: motion ?? [], ignored: ignored ?? [] };
  });
}

function parseIntervals(text: string): Interval[] {
  const parts = text.split(";").map((part) => part.trim());
  return parts
    .filter((part) => part !== "")
    .map((part) => {
      const [startS = Number.NaN, endS = Number.NaN] = part.split("-").map(Number);
      if (!(startS <= endS)) throw new Error(`${LABELS}: ${part} is no interval like 1.5-3.`);
      return { startS, endS };
    });
}

const SCENES = [
  { name: "calm-light", noise: 3, seed: 1 },
  { name: "noisy", noise: 8, seed: 2 },
  { name: "far-walkers", noise: 3, seed: 3, heights: [0.1, 0.2] },
  { name: "nobody", noise: 8, seed: 4, movers: 0 },
] as const;

/** The same scenes each time, with their true timetable. */
export async function generateLabelledClips(folder: string): Promise<LabelledClip[]> {
  const clips: LabelledClip[] = [];
  for (const scene of SCENES) {
    const { file, motion } = await makeFootage({ folder, seconds: 60, ...scene });
    clips.push({ name: scene.name, path: file, motion, ignored: [] });
  }
  return clips;
}

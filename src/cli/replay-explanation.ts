/** Writes the plot of a replayed file: gathers its scores, fetches its pictures, names the SVG. */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { toJpeg } from "../analysis/picture.ts";
import type { Replay, ReplayedEvent } from "../assembly/replay.ts";
import {
  type PlottedEvent,
  type PlottedScore,
  type Thumbnail,
  toReplayPlot,
} from "./replay-plot.ts";

export interface Explanations {
  /** Answers where the plot of this file is. */
  write(file: string, replay: Replay, told: Told): Promise<string>;
}

export interface Told {
  scores: readonly PlottedScore[];
  significanceThreshold: number;
  signal: AbortSignal;
}

const THUMBNAIL_PX = 400;
const THUMBNAIL_QUALITY = 75;
/** Six rows; a night of leaves in the wind must not become an SVG that nothing opens. */
const THUMBNAILS_MAX = 24;

export function createExplanations(folder: string): Explanations {
  const names = new Set<string>();
  return {
    async write(file, replay, { scores, significanceThreshold, signal }) {
      const events: PlottedEvent[] = [];
      for (const [index, event] of replay.events.entries()) {
        const thumbnail =
          index < THUMBNAILS_MAX ? await takeThumbnail(replay, event, signal) : null;
        events.push({ ...event, thumbnail });
      }
      const { durationMs } = replay;
      const title = basename(file);
      const svg = toReplayPlot({ title, durationMs, significanceThreshold, scores, events });
      await mkdir(folder, { recursive: true });
      const path = join(folder, toFreeName(title, names));
      await writeFile(path, svg);
      return path;
    },
  };
}

async function takeThumbnail(
  replay: Replay,
  { peakMs }: ReplayedEvent,
  signal: AbortSignal,
): Promise<Thumbnail | null> {
  const still = await replay.stillAt(peakMs, { widthPx: THUMBNAIL_PX, signal });
  if (!still) return null;
  const { width, height } = still;
  return { jpeg: await toJpeg(still, { quality: THUMBNAIL_QUALITY }), width, height };
}

/** Files of one name from several folders each get a plot of their own. */
function toFreeName(title: string, taken: Set<string>): string {
  let name = `${title}.svg`;
  for (let count = 2; taken.has(name); count += 1) name = `${title}-${count}.svg`;
  taken.add(name);
  return name;
}

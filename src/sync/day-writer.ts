/**
 * Has the model write the sentence of each day that is over, while nothing else waits for it: one day
 * after the other, the newest first. Until then, and where its words cannot be used, the counted
 * sentence stands. A day whose figures change later is written anew.
 */
import type { Digest, DigestLine, DigestStore } from "../store/digests.ts";
import { toDaySentence, toDaySpan } from "./digest.ts";

export interface DayWriterPorts {
  digests: Pick<DigestStore, "linesOf" | "findToWrite" | "keepSentence">;
  /** Whether the model has nothing better to do, and is there. */
  isIdle(): boolean;
  /** Null when what the model says cannot be used; rejects when it cannot be asked. */
  ask(day: DayToWrite): Promise<string | null>;
  /** Wall time. */
  now(): number;
}

export interface DayToWrite {
  cameraId: string;
  cameraName: string;
  day: string;
  counted: string;
  /** What matters most first. */
  titles: readonly string[];
}

export interface DayWriter {
  /** Ends when nothing is left to write, or the model has other work. */
  write(): Promise<void>;
}

const TITLES_MAX = 12;

export function createDayWriter({ digests, isIdle, ask, now }: DayWriterPorts): DayWriter {
  return {
    async write() {
      const today = toDaySpan(now()).day;
      while (isIdle()) {
        const digest = digests.findToWrite(today);
        if (!digest) return;
        const lines = digests.linesOf(digest.cameraId, toDaySpan(toNoon(digest)));
        digests.keepSentence(digest, await ask(toDay(digest, lines)));
      }
    },
  };
}

function toDay(digest: Digest, lines: readonly DigestLine[]): DayToWrite {
  const { cameraId, cameraName, day } = digest;
  const titles = lines
    .filter((line) => line.title !== null)
    .toSorted((one, other) => toWeight(other) - toWeight(one))
    .map(({ title }) => title ?? "");
  const counted = toDaySentence(digest);
  return { cameraId, cameraName, day, counted, titles: [...new Set(titles)].slice(0, TITLES_MAX) };
}

/** The model's concern first, then how much moved. */
function toWeight({ concern, significanceScore }: DigestLine): number {
  return (concern ?? 0) + significanceScore;
}

/** Of the box's own calendar. */
function toNoon({ day }: Pick<Digest, "day">): number {
  return new Date(`${day}T12:00:00`).getTime();
}

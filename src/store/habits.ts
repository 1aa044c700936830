/**
 * What each camera learned of its place, a small file a camera. Losing one costs two weeks of
 * learning and nothing else, so one that cannot be read is begun anew, and one that cannot be written
 * is written with what is learned next.
 */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { HABIT_VISITS, type HabitRecord } from "../motion/habit.ts";
import { writeWhole } from "./whole-file.ts";

export interface Habits extends AsyncDisposable {
  /** As of the start; null when there is none. */
  find(cameraId: string): HabitRecord | null;
  /** Written soon, and before this is disposed of; the newest wins. */
  save(cameraId: string, record: HabitRecord): void;
}

const count = z.number().min(0);

const habitFile = z.object({
  watched_hours: z.array(count).length(24),
  /** Place and count, of the places that have any. */
  visits: z.array(
    z.tuple([
      z
        .int()
        .min(0)
        .max(HABIT_VISITS - 1),
      count,
    ]),
  ),
});

export async function openHabits(options: {
  folder: string;
  cameraIds: readonly string[];
  log: Log;
}): Promise<Habits> {
  const { folder, cameraIds, log } = options;
  await mkdir(folder, { recursive: true });
  const toPath = (cameraId: string): string => join(folder, `${cameraId}.json`);
  const remembered = new Map<string, HabitRecord>();
  for (const id of cameraIds) {
    const record = parseHabit(await readFile(toPath(id), "utf8").catch(() => null));
    if (record) remembered.set(id, record);
  }

  const waiting = new Map<string, HabitRecord>();
  let inHand: Promise<void> = Promise.resolve();

  const write = async (cameraId: string): Promise<void> => {
    const record = waiting.get(cameraId);
    waiting.delete(cameraId);
    if (!record) return;
    try {
      await writeWhole(toPath(cameraId), toText(record));
    } catch (error) {
      log.warn("habit not stored", { cameraId, reason: toSentence(error) });
    }
  };

  return {
    find: (cameraId) => remembered.get(cameraId) ?? null,
    save(cameraId, record) {
      const isWaiting = waiting.has(cameraId);
      waiting.set(cameraId, record);
      // The chain owns the work; write never rejects.
      if (!isWaiting) inHand = inHand.then(() => write(cameraId));
    },
    [Symbol.asyncDispose]: () => inHand,
  };
}

function parseHabit(text: string | null): HabitRecord | null {
  if (text === null) return null;
  try {
    const { watched_hours, visits } = habitFile.parse(JSON.parse(text));
    const all = Array.from({ length: HABIT_VISITS }, () => 0);
    for (const [place, amount] of visits) all[place] = amount;
    return { watchedHours: watched_hours, visits: all };
  } catch {
    return null;
  }
}

function toText({ watchedHours, visits }: HabitRecord): string {
  return JSON.stringify({
    watched_hours: watchedHours,
    visits: [...visits.entries()].filter(([, amount]) => amount > 0),
  });
}

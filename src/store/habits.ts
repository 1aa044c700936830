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
import { CELLS } from "../motion/cells.ts";
import { HABIT_VISITS, type HabitRecord } from "../motion/habit.ts";
import type { RestlessRecord } from "../motion/restless.ts";
import { writeWhole } from "./whole-file.ts";

export interface Habits extends AsyncDisposable {
  /** As of the start. */
  find(cameraId: string): PlaceRecord;
  /** Written soon, and before this is disposed of; the newest wins, and what is left out stays. */
  save(cameraId: string, record: Partial<PlaceRecord>): void;
}

/** Null where there is none. */
export interface PlaceRecord {
  habit: HabitRecord | null;
  restless: RestlessRecord | null;
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

const restlessFile = z.object({
  restless: z.object({ watched_ms: count, moved_ms: z.array(count).length(CELLS) }),
});

export async function openHabits(options: {
  folder: string;
  cameraIds: readonly string[];
  log: Log;
}): Promise<Habits> {
  const { folder, cameraIds, log } = options;
  await mkdir(folder, { recursive: true });
  const toPath = (cameraId: string): string => join(folder, `${cameraId}.json`);
  const remembered = new Map<string, PlaceRecord>();
  for (const id of cameraIds) {
    remembered.set(id, parsePlace(await readFile(toPath(id), "utf8").catch(() => null)));
  }

  const current = new Map(remembered);
  const waiting = new Set<string>();
  let inHand: Promise<void> = Promise.resolve();

  const write = async (cameraId: string): Promise<void> => {
    waiting.delete(cameraId);
    try {
      await writeWhole(toPath(cameraId), toText(current.get(cameraId) ?? NOTHING));
    } catch (error) {
      log.warn("habit not stored", { cameraId, reason: toSentence(error) });
    }
  };

  return {
    find: (cameraId) => remembered.get(cameraId) ?? NOTHING,
    save(cameraId, record) {
      const isWaiting = waiting.has(cameraId);
      waiting.add(cameraId);
      current.set(cameraId, { ...(current.get(cameraId) ?? NOTHING), ...record });
      // The chain owns the work; write never rejects.
      if (!isWaiting) inHand = inHand.then(() => write(cameraId));
    },
    [Symbol.asyncDispose]: () => inHand,
  };
}

const NOTHING: PlaceRecord = { habit: null, restless: null };

/** Either may be there without the other, and either may be unreadable alone. */
function parsePlace(text: string | null): PlaceRecord {
  if (text === null) return NOTHING;
  try {
    const file: unknown = JSON.parse(text);
    return { habit: parseHabit(file), restless: parseRestless(file) };
  } catch {
    return NOTHING;
  }
}

function parseHabit(file: unknown): HabitRecord | null {
  const { data: habit } = habitFile.safeParse(file);
  if (!habit) return null;
  const visits = Array.from({ length: HABIT_VISITS }, () => 0);
  for (const [place, amount] of habit.visits) visits[place] = amount;
  return { watchedHours: habit.watched_hours, visits };
}

function parseRestless(file: unknown): RestlessRecord | null {
  const { data } = restlessFile.safeParse(file);
  return data ? { watchedMs: data.restless.watched_ms, movedMs: data.restless.moved_ms } : null;
}

function toText({ habit, restless }: PlaceRecord): string {
  return JSON.stringify({
    ...(habit && {
      watched_hours: habit.watchedHours,
      visits: [...habit.visits.entries()].filter(([, amount]) => amount > 0),
    }),
    ...(restless && { restless: { watched_ms: restless.watchedMs, moved_ms: restless.movedMs } }),
  });
}

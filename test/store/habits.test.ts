import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { CELLS } from "../../src/motion/cells.ts";
import { HABIT_VISITS, type HabitRecord } from "../../src/motion/habit.ts";
import type { RestlessRecord } from "../../src/motion/restless.ts";
import { openHabits } from "../../src/store/habits.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const log = createLog({ level: "silent" });

const restless: RestlessRecord = { watchedMs: 12_345, movedMs: Array(CELLS).fill(2.5) };

function createRecord(place: number): HabitRecord {
  const visits = Array.from({ length: HABIT_VISITS }, () => 0);
  visits[place] = 1 / 3;
  return { watchedHours: Array.from({ length: 24 }, (_, hour) => hour / 7), visits };
}

test("what was saved is found after a restart, the newest of it", async () => {
  await using folder = await openTempFolder();
  const options = { folder: join(folder.path, "habits"), cameraIds: ["dock", "yard"], log };
  {
    await using habits = await openHabits(options);
    for (let place = 0; place < 20; place += 1) habits.save("dock", { habit: createRecord(place) });
    habits.save("dock", { restless });
  }
  await using habits = await openHabits(options);
  expect(habits.find("dock")).toEqual({ habit: createRecord(19), restless });
  expect(habits.find("yard")).toEqual({ habit: null, restless: null });
  expect(await readdir(options.folder)).toEqual(["dock.json"]);
});

test.each([
  ["half a file", '{"watched_hours": [1, 2'],
  ["another form", '{"watched_hours": [], "visits": []}'],
  ["a place that is none", `{"watched_hours": [${Array(24).fill(0)}], "visits": [[1152, 1]]}`],
])("%s is begun anew", async (_, text) => {
  await using folder = await openTempFolder();
  await writeFile(join(folder.path, "dock.json"), text);
  await using habits = await openHabits({ folder: folder.path, cameraIds: ["dock"], log });
  expect(habits.find("dock")).toEqual({ habit: null, restless: null });
  habits.save("dock", { habit: createRecord(1) });
});

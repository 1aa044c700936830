import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { createId } from "../../src/base/ids.ts";
import { createLog } from "../../src/base/log.ts";
import type { MotionEvent } from "../../src/events/event.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore } from "../../src/store/events.ts";
import { createExpiry } from "../../src/store/expiry.ts";
import { openPictures } from "../../src/store/pictures.ts";
import { createSyncMarks } from "../../src/store/sync-marks.ts";
import { removePutAside } from "../../src/upkeep/put-aside.ts";
import { createRetention, type RetentionLimits } from "../../src/upkeep/retention.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createMotionEvent } from "../support/sample-events.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const log = createLog({ level: "silent" });
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const AMPLE: RetentionLimits = { days: 30, pictureBytesMax: 1e12, freeDiskPercentMin: 10 };
const PICTURE_BYTES = 1_000;

async function openHouse(limits: Partial<RetentionLimits> = {}, keepsUnsynced = false) {
  const opened = new AsyncDisposableStack();
  const folder = opened.use(await openTempFolder()).path;
  const db = opened.use(await openDatabase({ path: join(folder, "edge.db"), log }));
  const clock = createManualClock(NOW);
  const events = createEventStore(db);
  const pictures = await openPictures({ folder: join(folder, "pictures") });
  const expiry = createExpiry(db, { keepsUnsynced });
  /** Grows with each picture that goes. */
  const disk = { freePercent: 50, percentAPicture: 0 };
  const retention = createRetention(
    { ...AMPLE, ...limits },
    {
      ...expiry,
      ...{ clock, log },
      async removeEvent(id) {
        let bytes = 0;
        for (const name of events.remove(id)?.pictures ?? []) bytes += await pictures.remove(name);
        disk.freePercent += disk.percentAPicture;
        return bytes;
      },
      removePutAside: (before) => removePutAside(folder, before, log),
      pictureBytes: pictures.bytes,
      freeDiskPercent: async () => disk.freePercent,
    },
  );
  await clock.advance(11 * 60_000);
  return {
    ...{ folder, clock, db, disk, events, expiry, pictures, retention },
    marks: createSyncMarks(db),
    /** So many days ago, over and done with unless it is said otherwise. */
    async add(daysAgo: number, given: Partial<MotionEvent> = {}): Promise<string> {
      const startedAt = NOW - daysAgo * DAY_MS;
      const id = createId();
      const snapshot = await pictures.save(id, Buffer.alloc(PICTURE_BYTES));
      const over = { endedAt: startedAt + 1, analysisStatus: "disabled" } as const;
      events.insert(createMotionEvent({ id, startedAt, snapshot, ...over, ...given }), null);
      return id;
    },
    kept: () => events.list({ limit: 1_000 }).items.map(({ id }) => id),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

test("what is older than its days goes with its pictures, and nothing else does", async () => {
  await using house = await openHouse();
  await house.add(31);
  await house.add(400);
  const young = await house.add(29);
  await house.retention.run();
  expect(house.kept()).toEqual([young]);
  expect(await house.pictures.bytes()).toBe(PICTURE_BYTES);
  expect(house.retention.report()).toMatchObject({
    removed: { age: 2, pictures: 0, disk: 0 },
    stuck: null,
  });
});

test("what is important, unsent or waiting stays however old it is, and is counted", async () => {
  await using house = await openHouse({}, true);
  const sent = await house.add(90);
  house.marks.clear([{ eventId: sent, revision: 1 }], NOW);
  const unsent = await house.add(91);
  const important = await house.add(92);
  house.events.mark(important, { important: true });
  const waiting = await house.add(93, { analysisStatus: "pending" });
  const lasting = await house.add(94, { endedAt: null });

  await house.retention.run();
  expect(house.kept().sort()).toEqual([unsent, important, waiting, lasting].sort());
  expect(house.retention.report()).toMatchObject({
    removed: { age: 1 },
    held: { important: 1, unsynced: 1, waiting: 2 },
  });
});

test("without a centre nothing is kept for it", async () => {
  await using house = await openHouse({}, false);
  await house.add(90);
  await house.retention.run();
  expect(house.kept()).toEqual([]);
});

test("where pictures take too much, what is old and worth little goes first", async () => {
  await using house = await openHouse({ pictureBytesMax: 2 * PICTURE_BYTES });
  const alarming = await house.add(12, { significanceScore: 0.95 });
  await house.add(11, { significanceScore: 0.1 });
  const young = await house.add(1, { significanceScore: 0.1 });
  await house.retention.run();
  expect(house.kept().sort()).toEqual([alarming, young].sort());
  expect(house.retention.report()).toMatchObject({ removed: { pictures: 1 }, stuck: null });
});

test("a short disk is made room on, only as much as it needs", async () => {
  await using house = await openHouse();
  for (let daysAgo = 1; daysAgo <= 120; daysAgo += 1) await house.add(daysAgo / 10);
  await house.retention.watchDisk();
  expect(house.kept()).toHaveLength(120);

  house.disk.freePercent = 4;
  house.disk.percentAPicture = 0.1;
  await house.retention.watchDisk();
  expect(house.kept().length).toBeGreaterThanOrEqual(20);
  expect(house.kept().length).toBeLessThan(70);
  expect(house.disk.freePercent).toBeGreaterThanOrEqual(10);
});

test("where nothing more may go it says so instead of going on for ever", async () => {
  await using house = await openHouse();
  const important = await house.add(90);
  house.events.mark(important, { important: true });
  house.disk.freePercent = 1;
  await house.retention.run();
  expect(house.kept()).toEqual([important]);
  expect(house.retention.report()).toMatchObject({ stuck: "disk", held: { important: 1 } });
});

test("a clock that jumps ahead takes nothing away until it has run on for a while", async () => {
  await using house = await openHouse();
  await house.add(1);
  house.clock.stepWall(365 * DAY_MS);
  await house.retention.run();
  await house.clock.advance(2 * 3_600_000);
  await house.retention.run();
  expect(house.kept()).toHaveLength(1);

  house.clock.stepWall(-365 * DAY_MS);
  await house.clock.advance(11 * 60_000);
  await house.retention.run();
  expect(house.kept()).toHaveLength(1);
});

interface Planned {
  daysAgo: number;
  isImportant: boolean;
  isSent: boolean;
  isWaiting: boolean;
}

async function addPlanned(
  house: Awaited<ReturnType<typeof openHouse>>,
  { daysAgo, isImportant, isSent, isWaiting }: Planned,
): Promise<string> {
  const id = await house.add(daysAgo, isWaiting ? { analysisStatus: "pending" } : {});
  if (isImportant) house.events.mark(id, { important: true });
  if (isSent) house.marks.clear([{ eventId: id, revision: 2 }], NOW);
  return id;
}

function mustStay({ daysAgo, isImportant, isSent, isWaiting }: Planned): boolean {
  return isImportant || !isSent || isWaiting || daysAgo < 30;
}

test("whatever there is, what may not go stays and what may not stay goes", async () => {
  const one = fc.record({
    daysAgo: fc.integer({ min: 0, max: 90 }),
    isImportant: fc.boolean(),
    isSent: fc.boolean(),
    isWaiting: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 12 }), async (plan) => {
      await using house = await openHouse({}, true);
      const expected: string[] = [];
      for (const each of plan) {
        const id = await addPlanned(house, each);
        if (mustStay(each)) expected.push(id);
      }
      await house.retention.run();
      expect(house.kept().sort()).toEqual(expected.sort());
    }),
    { numRuns: 15 },
  );
});

test("pictures without a row are put aside, not removed, where the database is new", async () => {
  await using folder = await openTempFolder();
  const pictures = await openPictures({ folder: join(folder.path, "pictures") });
  const name = await pictures.save(createId(), Buffer.from("a jpeg"));
  const aside = join(folder.path, "quarantine");
  expect(await pictures.setAside(() => false, aside)).toBe(1);
  expect(await pictures.read(name)).toBeNull();
  const moved = await openPictures({ folder: aside });
  expect(await moved.read(name)).toEqual(Buffer.from("a jpeg"));
});

test("of what was put aside the newest three of a kind stay, the others as long as events do", async () => {
  await using house = await openHouse();
  const putAside = async (path: string, daysAgo: number): Promise<void> => {
    const at = (NOW - daysAgo * DAY_MS) / 1000;
    await utimes(join(house.folder, path), at, at);
  };
  for (const daysAgo of [100, 80, 60, 20]) {
    for (const kind of ["database", "before-restore", "pictures"]) {
      const path = `quarantine/${kind}-${daysAgo}`;
      await mkdir(join(house.folder, path), { recursive: true });
      await writeFile(join(house.folder, path, "something"), "");
      await putAside(path, daysAgo);
    }
    await writeFile(join(house.folder, `nightjar.db.before-${200 - daysAgo}`), "");
    await putAside(`nightjar.db.before-${200 - daysAgo}`, daysAgo);
  }
  for (const daysAgo of [25, 20, 15]) {
    await mkdir(join(house.folder, `quarantine/pictures-${daysAgo}-more`));
    await putAside(`quarantine/pictures-${daysAgo}-more`, daysAgo);
  }
  // Of somebody else.
  await mkdir(join(house.folder, "quarantine/mine"));
  await putAside("quarantine/mine", 1_000);
  await writeFile(join(house.folder, "nightjar.db.before-lunch"), "");
  await putAside("nightjar.db.before-lunch", 1_000);

  await house.retention.run();
  const left = await readdir(join(house.folder, "quarantine"));
  expect(left.sort()).toEqual([
    ...["before-restore-20", "before-restore-60", "before-restore-80"],
    ...["database-20", "database-60", "database-80", "mine"],
    ...["pictures-15-more", "pictures-20", "pictures-20-more", "pictures-25-more"],
  ]);
  const files = (await readdir(house.folder)).filter((name) => name.includes(".before-"));
  expect(files.sort()).toEqual(
    ["120", "140", "180", "lunch"].map((last) => `nightjar.db.before-${last}`),
  );
});

/** What keeps the box within its limits: retention, by schedule and when the disk is short. */
import { open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

import { createId } from "../base/ids.ts";
import type { Service } from "../base/lifecycle.ts";
import { createScheduled } from "../base/schedule.ts";
import type { Config } from "../config/schema.ts";
import { UNFINISHED } from "../store/whole-file.ts";
import { type Backups, createBackups } from "../upkeep/backups.ts";
import { removePutAside } from "../upkeep/put-aside.ts";
import { createRetention, type RetentionReport } from "../upkeep/retention.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";
import type { Teller } from "./teller.ts";

export interface Upkeep {
  readonly services: readonly Service[];
  readonly retention: () => RetentionReport;
  readonly backups: Backups;
}

const RETENTION_SCHEDULE = "7 * * * *";
const DISK_SCHEDULE = "* * * * *";
const GIGABYTE = 1_000_000_000;

export function createUpkeep(config: Config, given: Given, memory: Memory, teller: Teller): Upkeep {
  const log = given.log.child({ room: "upkeep" });
  const { days, picturesGb, freeDiskPercent } = config.retention;
  const limits = {
    days,
    pictureBytesMax: picturesGb * GIGABYTE,
    freeDiskPercentMin: freeDiskPercent,
  };
  const { pictures, expiry } = memory;
  const retention = createRetention(limits, {
    ...expiry,
    ...{ clock: given.clock, log },
    removeEvent: (eventId) => removeEvent(eventId, { memory, teller }).then((bytes) => bytes ?? 0),
    removePutAside: (before) => removePutAside(config.dataDir, before, log),
    pictureBytes: () => pictures.bytes(),
    freeDiskPercent: () => readFreePercent(config.dataDir),
  });
  const backups = createBackups(
    {
      dataDir: config.dataDir,
      keep: config.backup.keep,
      configFile: given.configFile ?? null,
    },
    { clock: given.clock, log, copyDatabase: memory.copyDatabase },
  );
  const scheduled = [
    createScheduled({
      ...{ name: "backup", schedule: config.backup.schedule, log },
      work: backups.keepOne,
    }),
    createScheduled({
      ...{ name: "retention", schedule: RETENTION_SCHEDULE, log },
      work: retention.run,
    }),
    createScheduled({
      ...{ name: "disk watch", schedule: DISK_SCHEDULE, log },
      async work() {
        await retention.watchDisk();
        const free = await readFreePercent(config.dataDir);
        if (free !== null && free >= freeDiskPercent) await memory.ballast.restore();
      },
    }),
  ];
  const service: Service = {
    name: "retention",
    async run(signal) {
      await Promise.all(scheduled.map((each) => each.run(signal)));
      await retention.stop();
    },
  };
  return { services: [service], retention: retention.report, backups };
}

/**
 * An event with its pictures, and tells it; how many bytes went, or null when there is no such event.
 * The row goes first: a file without a row is swept at the next start, a row without one is not.
 */
export async function removeEvent(
  eventId: string,
  { memory, teller }: { memory: Pick<Memory, "events" | "pictures">; teller: Teller },
): Promise<number | null> {
  const removed = memory.events.remove(eventId);
  if (!removed) return null;
  teller.tellChanges();
  let bytes = 0;
  for (const name of removed.pictures) bytes += await memory.pictures.remove(name);
  return bytes;
}

async function readFreePercent(folder: string): Promise<number | null> {
  try {
    const { bavail, blocks } = await statfs(folder);
    return blocks === 0 ? null : (bavail * 100) / blocks;
  } catch {
    return null;
  }
}

/** Made in the data folder and read from there: whoever downloads it may be slow. */
export async function downloadBackup(config: Config, { backups }: Upkeep, now: number) {
  const name = `nightjar-${config.site.id}-${new Date(now).toISOString().slice(0, 10)}.backup`;
  const path = join(config.dataDir, `download-${createId()}${UNFINISHED}`);
  await backups.make(path);
  const file = await open(path, "r");
  // It is gone by its name at once, and in truth when it is read or given up.
  await rm(path);
  const { size: bytes } = await file.stat();
  const content = Readable.toWeb(file.createReadStream()) as ReadableStream<Uint8Array>;
  return { content, bytes, name };
}

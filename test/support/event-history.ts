/** A box as it is after a week: so many events a minute apart, the newest of them with pictures. */
import { execFile } from "node:child_process";
import { copyFile, link, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import Database from "better-sqlite3";

import { storeEvents } from "../../scripts/bench-api/stored-events.ts";

/** Of what the newest events show. */
const PICTURED = 120;
/** Of the very newest, beside its own. */
const EARLIER = 3;

/** While nobody has the folder open. The pictures are frames of the footage. */
export async function storeHistory(options: {
  dataDir: string;
  count: number;
  footage: string;
}): Promise<void> {
  const { dataDir, count, footage } = options;
  storeEvents(dataDir, count);
  const frames = await takeFrames(footage, join(dataDir, "frames"));
  const db = new Database(join(dataDir, "nightjar.db"));
  const folder = join(dataDir, "pictures");
  await mkdir(folder, { recursive: true });
  // Every hundredth is alarming, and some others are worth a look or unusual.
  db.exec(`
    update descriptions set concern = case when rowid % 100 = 50 then 3 when rowid % 40 = 7 then 2
      when rowid % 10 = 3 then 1 else 0 end;
    update motion_events set seen = 1 where started_at < (select max(started_at) from motion_events) - 600000;
  `);
  const newest = db
    .prepare<[number], { id: string; timestamp: number }>(
      "select id, timestamp from motion_events order by started_at desc limit ?",
    )
    .all(PICTURED);
  const name = db.prepare("update motion_events set snapshot = ?, boxes = ? where id = ?");
  for (const [place, { id }] of newest.entries()) {
    const snapshot = `${id}-00000000.jpg`;
    await link(frames[place % frames.length] ?? "", join(folder, snapshot));
    name.run(snapshot, "[[0.3,0.35,0.2,0.5],[0.62,0.5,0.1,0.2]]", id);
  }
  const [first] = newest;
  const earlier = db.prepare("insert into earlier_pictures values (?, ?, ?, ?)");
  for (let place = 1; first && place <= EARLIER; place += 1) {
    const snapshot = `${first.id}-0000000${place}.jpg`;
    await copyFile(frames[place + 1] ?? "", join(folder, snapshot));
    earlier.run(snapshot, first.id, first.timestamp - place * 1_000, "[[0.2,0.3,0.2,0.5]]");
  }
  db.close();
}

async function takeFrames(footage: string, folder: string): Promise<string[]> {
  await mkdir(folder);
  const output = ["-vf", "fps=1", "-q:v", "4", join(folder, "%03d.jpg")];
  await promisify(execFile)("ffmpeg", ["-v", "error", "-nostdin", "-i", footage, ...output]);
  return (await readdir(folder)).sort().map((file) => join(folder, file));
}

/**
 * A data folder as it is after months: so many described events, a minute apart, the newest of now.
 * The database keeps its books by triggers; a million rows are booked at once instead.
 */
import { join } from "node:path";

import Database from "better-sqlite3";

import { createRandom } from "../../test/support/random.ts";

const CAMERAS = 8;
const MINUTE_MS = 60_000;
const WHO = ["A person", "Two people", "A courier", "A van", "A white car", "A dog", "A cyclist"];
const DOES = ["walks past", "stands at", "carries a parcel to", "leaves", "enters", "waits near"];
const WHERE = ["the gate", "the dock door", "the ramp", "the fence", "the yard", "the entrance"];
const RARE = ["ladder", "fire extinguisher", "forklift", "wheelchair", "suitcase", "umbrella"];

/** Into a folder without events, while nobody has it open. */
export function storeEvents(folder: string, count: number): void {
  const db = new Database(join(folder, "nightjar.db"));
  const triggers = db
    .prepare<[], { name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'trigger'",
    )
    .all();
  db.transaction(() => {
    for (const { name } of triggers) db.exec(`drop trigger ${name}`);
    insertEvents(db, count);
    book(db);
    for (const { sql } of triggers) db.exec(sql);
  })();
  db.pragma("wal_checkpoint(truncate)");
  db.close();
}

function insertEvents(db: Database.Database, count: number): void {
  const random = createRandom(count);
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? "";
  const camera = db.prepare("insert or ignore into cameras values (?, ?, 0)");
  const event = db.prepare(
    `insert into motion_events (id, camera_id, started_at, ended_at, timestamp, confidence,
      significance_score, boxes, analysis_status, analysis_reason, motion_summary, revision)
    values (?, ?, ?, ?, ?, 0.8, ?, '[[0.1,0.2,0.3,0.4]]', ?, ?, ?, 3)`,
  );
  const description = db.prepare(
    `insert into descriptions (motion_event_id, model, prompt_version, title, description, objects,
      people, vehicles, activity, concern, processing_ms, created_at, queue_wait_ms)
    values (?, 'llava:7b', 4, ?, ?, '["person"]', 1, 0, 'walking', 0, 8000, ?, 1000)`,
  );
  const oldest = Date.now() - count * MINUTE_MS;
  for (let n = 0; n < count; n += 1) {
    const cameraId = `camera-${n % CAMERAS}`;
    const id = `00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
    const at = oldest + n * MINUTE_MS;
    const isDescribed = random() < 0.9;
    const what = `${pick(WHO)} ${pick(DOES)} ${pick(WHERE)}.`;
    const more = random() < 0.01 ? ` There is a ${pick(RARE)}.` : "";
    camera.run(cameraId, cameraId);
    event.run(
      ...[id, cameraId, at, at + 8_000, at + 2_000, random()],
      ...(isDescribed ? ["done", null] : ["skipped", "Put off while the desk had more to do."]),
      "Motion for 8 s, entered from the left and left on the right; it filled 4 % of the view.",
    );
    if (isDescribed) description.run(id, what, what + more, at);
  }
}

function book(db: Database.Database): void {
  db.exec(`
    delete from event_counts;
    insert into event_counts (camera_id, analysis_status, count)
      select camera_id, analysis_status, count(*) from motion_events group by 1, 2;
    insert or ignore into event_documents (id, motion_event_id)
      select started_at * 4096, id from motion_events;
    insert into event_words (rowid, words) select id, words from event_texts;
  `);
}

/**
 * What a database that went back in time must not say again: numbers of the feed that stand for other
 * changes elsewhere, events that the centre knows in a later state, and sessions that were ended since.
 */
import type { Sqlite } from "./sqlite.ts";

/** More than any event changes. */
const REVISIONS = 1_000_000;

/** In one transaction; the mark that asked for it goes with it. */
export function renewStretches(sqlite: Sqlite): void {
  sqlite.transaction(() => {
    sqlite.exec(`
      update motion_events set revision = revision + ${REVISIONS};
      delete from sessions;
      delete from feed_messages;
      update sqlite_sequence set seq = max(seq + 1, cast(unixepoch('subsec') * 1000 as integer) * 1000)
        where name = 'feed_messages';`);
    sqlite.pragma("user_version = 0");
  })();
}

import type { Numbered, Outbox } from "../../src/feed/hub.ts";

/** What was told, kept in memory: the first number is 1000, and only the newest `limit` are kept. */
export function createScriptedOutbox({ firstSeq = 1000, limit = 5 } = {}) {
  const announcements: Numbered[] = [];
  const newest = () => firstSeq + announcements.length - 1;
  const outbox: Outbox = {
    newest,
    isKeptSince: (seq) => seq <= newest() && seq >= Math.max(newest() - limit, firstSeq - 1),
    after: (seq, most) =>
      announcements
        .map((announcement, index) => ({
          seq: firstSeq + index,
          cameraId: announcement.event.cameraId,
          announcement,
        }))
        .filter((change) => change.seq > seq && change.seq > newest() - limit)
        .slice(0, most),
  };
  return { outbox, add: (announcement: Numbered) => void announcements.push(announcement) };
}

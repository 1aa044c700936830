/** The changes of events in the order of their transactions, each with its event as it is now. */
import { asc, eq, gt, sql } from "drizzle-orm";

import type { DescribedEvent } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";
import { toDescribedEvent } from "./event-rows.ts";
import { feedMessages } from "./feed-schema.ts";
import { descriptions, motionEvents } from "./schema.ts";

export interface Change {
  seq: number;
  type: (typeof feedMessages.$inferSelect)["type"];
  eventId: string;
  cameraId: string;
  /** Null when it was deleted meanwhile. */
  event: DescribedEvent | null;
}

export interface ChangeStore {
  /** The number of the newest change there ever was. */
  newest(): number;
  /** Whether every change after this number is still kept. */
  isKeptSince(seq: number): boolean;
  /** Oldest first. */
  after(seq: number, limit: number): Change[];
}

export function createChangeStore({ orm }: EdgeDatabase): ChangeStore {
  const after = orm
    .select({ message: feedMessages, event: motionEvents, description: descriptions })
    .from(feedMessages)
    .leftJoin(motionEvents, eq(motionEvents.id, feedMessages.motionEventId))
    .leftJoin(descriptions, eq(descriptions.motionEventId, feedMessages.motionEventId))
    .where(gt(feedMessages.seq, sql.placeholder("seq")))
    .orderBy(asc(feedMessages.seq))
    .limit(sql.placeholder("limit"))
    .prepare();
  const newest = (): number => {
    const made = sql`select seq from sqlite_sequence where name = 'feed_messages'`;
    return orm.get<{ seq: number }>(made).seq;
  };

  return {
    newest,
    isKeptSince(seq) {
      const kept = sql`select min(seq) as oldest from feed_messages`;
      const { oldest } = orm.get<{ oldest: number | null }>(kept);
      return seq <= newest() && seq >= (oldest ?? newest() + 1) - 1;
    },
    after: (seq, limit) =>
      after.all({ seq, limit }).map(({ message, event, description }) => ({
        seq: message.seq,
        type: message.type,
        eventId: message.motionEventId,
        cameraId: message.cameraId,
        event: event && toDescribedEvent({ event, description }),
      })),
  };
}

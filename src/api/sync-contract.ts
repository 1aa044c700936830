/** The part of the contract about the central database. */
import { z } from "zod";
import { pageCursor, pageLimit } from "./paging-contract.ts";

const time = z.iso.datetime({ precision: 3 });
const count = z.int().min(0);

export const syncReport = z
  .object({
    /** `synced` while all is well; see `sentence` for the others. */
    code: z.string(),
    sentence: z.string(),
    /** Events whose newest state the centre does not know, without those that it refused. */
    unsent: count,
    /** Events that it will not have; see `/sync/refused`. */
    refused: count,
    /** Small pictures that still have to go up, after the words; null when none shall. */
    thumbnails_unsent: count.nullable(),
    /** Age of the oldest change that it does not know. */
    lag_s: z.number().min(0),
    last_sent_at: time.nullable(),
    /** The newest, also when it is over. */
    last_trouble: z.object({ code: z.string(), sentence: z.string(), at: time }).nullable(),
    /** Null while it does not wait. */
    next_try_at: time.nullable(),
  })
  .meta({ id: "SyncReport" });

export const refusedEvent = z
  .object({
    event_id: z.string(),
    camera_id: z.string(),
    started_at: time,
    /** Null while the event is there. */
    deleted_at: time.nullable(),
    /** In the centre's words. */
    reason: z.string(),
    refused_at: time,
  })
  .meta({ id: "RefusedEvent" });

export const refusedQuery = z.strictObject({
  cursor: pageCursor,
  limit: pageLimit,
});

export const refusedPage = z
  .object({ items: z.array(refusedEvent), next_cursor: z.string().nullable() })
  .meta({ id: "RefusedPage" });

export type SyncReport = z.output<typeof syncReport>;
export type RefusedPage = z.output<typeof refusedPage>;

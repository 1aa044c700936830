/** The part of the contract about descriptions that were given up. */
import { z } from "zod";

import { motionEvent } from "./contract.ts";
import { pageCursor, pageLimit } from "./paging-contract.ts";

/** A job that failed as often as it may. */
export const deadJob = z
  .object({
    id: z.string(),
    event: motionEvent,
    attempts: z.int().min(0),
    /** What was wrong at the last try. */
    reason: z.string(),
    /** What the model said and nobody could read, cut to 8 kB. Not to be trusted: show it as text. */
    raw_answer: z.string().nullable(),
  })
  .meta({ id: "DeadJob" });

export const deadJobQuery = z.strictObject({
  cursor: pageCursor,
  limit: pageLimit,
});

export const deadJobPage = z
  .object({ items: z.array(deadJob), next_cursor: z.string().nullable() })
  .meta({ id: "DeadJobPage" });

export type DeadJob = z.output<typeof deadJob>;
export type DeadJobPage = z.output<typeof deadJobPage>;

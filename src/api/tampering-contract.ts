/** The part of the contract that tells what took a camera's sight away. */
import { z } from "zod";
import { pageCursor, pageLimit } from "./paging-contract.ts";

const time = z.iso.datetime({ precision: 3 });

/** What took a camera's sight away. */
export const tampering = z
  .object({
    id: z.string(),
    camera_id: z.string(),
    kind: z.enum(["covered", "sprayed", "moved", "frozen", "out_of_focus"]),
    started_at: time,
    /** Null while it lasts. */
    ended_at: time.nullable(),
    /** What it looks like and what to do. */
    sentence: z.string(),
  })
  .meta({ id: "Tampering" });

export const tamperingQuery = z.strictObject({
  cursor: pageCursor,
  limit: pageLimit,
});

export const tamperingPage = z
  .object({ items: z.array(tampering), next_cursor: z.string().nullable() })
  .meta({ id: "TamperingPage" });

export type Tampering = z.output<typeof tampering>;

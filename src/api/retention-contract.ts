/** What was removed to stay within the limits, and what was not. */
import { z } from "zod";

const count = z.int().min(0);

export const retentionReport = z
  .object({
    /** `retention_stuck` where a limit cannot be kept, because nothing more may go. */
    code: z.string(),
    sentence: z.string(),
    /** Events since the daemon started, by the limit that they went for. */
    removed: z.object({ age: count, pictures: count, disk: count }),
    /** Past their time, and kept. */
    held: z.object({ important: count, unsynced: count, waiting: count }),
    /** Of all pictures; null until they were measured. */
    picture_bytes: z.number().min(0).nullable(),
    last_run_at: z.iso.datetime({ precision: 3 }).nullable(),
  })
  .meta({ id: "RetentionReport" });

export type RetentionReport = z.output<typeof retentionReport>;

/** The newest lines of the log over the wire. */
import { z } from "zod";

import { time } from "./contract.ts";

export const logLine = z
  .object({
    at: time,
    level: z.enum(["debug", "info", "warn", "error"]),
    sentence: z.string(),
    /** What the sentence is about, as JSON; empty when there is nothing. */
    fields: z.string(),
  })
  .meta({ id: "LogLine" });

/** Newest first. */
export const logPage = z
  .object({ items: z.array(logLine), next_cursor: z.null() })
  .meta({ id: "LogPage" });

export type LogLine = z.output<typeof logLine>;
export type LogPage = z.output<typeof logPage>;

/** All events that fit, for programs and spreadsheets: the list's own filters, and no pages. */
import { z } from "zod";

import { eventQuery } from "./event-contract.ts";

export const exportQuery = eventQuery.omit({ cursor: true, limit: true }).extend({
  format: z
    .enum(["jsonl", "csv"])
    .default("jsonl")
    .describe("jsonl: one event a line, as the list has them. csv: a table, for spreadsheets."),
});

/** What every list takes that comes in pages. */
import { z } from "zod";

export const pageCursor = z
  .string()
  .min(1)
  .max(256)
  .optional()
  .describe("`next_cursor` of the page before.");

export const pageLimit = z.coerce
  .number()
  .int()
  .min(1)
  .max(200)
  .default(50)
  .describe("How many items a page has at most.");

/** How much happened in front of each camera, hour by hour. */
import { z } from "zod";

import { cameraIds, time } from "./contract.ts";

const HOUR_MS = 3_600_000;
const HOURS_MAX = 31 * 24;

export const activityQuery = z
  .strictObject({
    camera_id: z
      .preprocess((given) => (typeof given === "string" ? [given] : given), cameraIds)
      .optional()
      .describe("May be given several times: of any of them."),
    from: z.iso.datetime({ offset: true }).describe("Where the first hour begins."),
    to: z.iso.datetime({ offset: true }).describe("Where the last hour ends, at most 31 days on."),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ["to"],
    error: "must be after from",
  })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= HOURS_MAX * HOUR_MS, {
    path: ["to"],
    error: "must be at most 31 days after from",
  });

/** An hour without events is not told of. */
export const activity = z
  .object({
    items: z.array(
      z.object({
        camera_id: z.string(),
        /** When the hour begins, counted from the `from` that was asked for. */
        from: time,
        events: z.int().min(1),
        /** The greatest that a model found in it; null where nothing was described. */
        concern: z.int().min(0).max(3).nullable(),
      }),
    ),
    next_cursor: z.null(),
  })
  .meta({ id: "Activity" });

export type Activity = z.output<typeof activity>;

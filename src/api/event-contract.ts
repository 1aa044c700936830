/** What may be asked of events, and noted at them. */
import { z } from "zod";

import { analysisStatus, box, time } from "./contract.ts";
import { pageCursor, pageLimit } from "./paging-contract.ts";

/** In an address. */
const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** What is not named stays as it is. */
export const eventMarks = z
  .strictObject({ seen: z.boolean().optional(), important: z.boolean().optional() })
  .refine((marks) => Object.keys(marks).length > 0, { error: "name seen, important or both" })
  .meta({ id: "EventMarks" });

/** A parameter that is not listed is refused: an ignored filter shows the wrong events as right. */
export const eventQuery = z.strictObject({
  camera_id: z
    .preprocess(
      (given) => (typeof given === "string" ? [given] : given),
      z.array(z.string().min(1).max(64)).max(64),
    )
    .optional()
    .describe("May be given several times: of any of them."),
  from: z.iso.datetime({ offset: true }).optional().describe("Started at or after."),
  to: z.iso.datetime({ offset: true }).optional().describe("Started before."),
  min_significance: z.coerce.number().min(0).max(1).optional().describe("As significant or more."),
  analysis_status: analysisStatus.optional().describe("How far its description is."),
  described: flag.optional().describe("Whether a model described it."),
  min_concern: z.coerce
    .number()
    .int()
    .min(0)
    .max(3)
    .optional()
    .describe("Described as of so much concern or more."),
  seen: flag.optional().describe("Whether somebody looked at it."),
  important: flag.optional().describe("Whether somebody wants it kept."),
  q: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Words of the description or the motion summary; the last may be only begun."),
  cursor: pageCursor,
  limit: pageLimit,
});

/** A picture of an event, with what moved in it. */
export const eventPicture = z
  .object({ url: z.string(), captured_at: time, boxes: z.array(box) })
  .meta({ id: "EventPicture" });

/** Oldest first; the one that was chosen is among them. */
export const eventPictures = z
  .object({ items: z.array(eventPicture), next_cursor: z.null() })
  .meta({ id: "EventPictures" });

export const pictureParameter = z.strictObject({
  id: z.uuid(),
  picture: z.string().regex(/^[\w-]{8}$/),
});

export type EventMarks = z.output<typeof eventMarks>;
export type EventPicture = z.output<typeof eventPicture>;
export type EventPictures = z.output<typeof eventPictures>;

/** What may be asked of events, and noted at them. */
import { z } from "zod";

import { analysisStatus, box, time } from "./contract.ts";

/** In an address. */
const flag = z.enum(["true", "false"]).transform((text) => text === "true");

/** What is not named stays as it is. */
export const eventMarks = z
  .strictObject({ seen: z.boolean().optional(), important: z.boolean().optional() })
  .refine((marks) => Object.keys(marks).length > 0, { error: "name seen, important or both" })
  .meta({ id: "EventMarks" });

/** A parameter that is not listed is refused: an ignored filter shows the wrong events as right. */
export const eventQuery = z.strictObject({
  /** May be given several times: of any of them. */
  camera_id: z
    .preprocess(
      (given) => (typeof given === "string" ? [given] : given),
      z.array(z.string().min(1).max(64)).max(64),
    )
    .optional(),
  /** Started at or after. */
  from: z.iso.datetime({ offset: true }).optional(),
  /** Started before. */
  to: z.iso.datetime({ offset: true }).optional(),
  min_significance: z.coerce.number().min(0).max(1).optional(),
  analysis_status: analysisStatus.optional(),
  /** Whether a model described it. */
  described: flag.optional(),
  /** Described as of so much concern or more. */
  min_concern: z.coerce.number().int().min(0).max(3).optional(),
  seen: flag.optional(),
  important: flag.optional(),
  /** Words of the description or the motion summary; the last may be only begun. */
  q: z.string().min(1).max(200).optional(),
  /** `next_cursor` of the page before. */
  cursor: z.string().min(1).max(256).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
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

export type EventPicture = z.output<typeof eventPicture>;
export type EventPictures = z.output<typeof eventPictures>;

/** The part of the contract that is about tuning motion: its settings, and the meter's messages. */
import { z } from "zod";

import { motionChanges as changes, motionSettings as settings } from "../config/motion.ts";

const share = z.number().min(0).max(1);

export const motionLevel = z
  .object({
    camera_id: z.string(),
    /** Of the frame. */
    at: z.iso.datetime({ precision: 3 }),
    significance: share,
    significance_threshold: share,
    confidence: share,
    /** Of what counts, largest first. */
    boxes: z.array(z.tuple([share, share, share, share])),
    /** A code, and the same in words with the numbers behind it. */
    why: z.string(),
    sentence: z.string(),
  })
  .meta({ id: "MotionLevel" });

/** The settings are those of the file, with the same limits. */
export const motionSettings = settings.meta({ id: "MotionConfig" });

const restless = z.array(z.object({ x: share, y: share, w: share, h: share, share }));

/** The settings, with what the box found out by itself. */
export const motionTuning = settings
  .extend({
    restless: restless.describe(
      "Where it moves much of the watched time without anything that comes or goes, " +
        "most restless first; what stays wholly within weighs less.",
    ),
    restless_sentence: z.string().nullable().describe("The same in words; null without any."),
  })
  .meta({ id: "MotionTuning" });

/** What was read may be sent back as it is; what the box found out is not changed by that. */
export const motionChanges = changes
  .extend({ restless: restless.optional(), restless_sentence: z.string().nullable().optional() })
  .transform(({ restless: _, restless_sentence: __, ...wanted }) => wanted)
  .meta({ id: "MotionChanges" });

const time = z.iso.datetime({ precision: 3 });
const boxes = z.array(z.tuple([share, share, share, share]));

export const rehearsal = z
  .object({
    /** That motion looked at, and when; null without any. */
    frames: z.int().min(0),
    from: time.nullable(),
    to: time.nullable(),
    events: z.array(
      z.object({
        started_at: time,
        ended_at: time,
        /** Of the best frame, of which the rest is said. */
        peak_at: time,
        significance: share,
        confidence: share,
        boxes,
        sentence: z.string(),
      }),
    ),
    /** How much moved, oldest first: the strongest frame of each stretch, at most 300 of them. */
    moments: z.array(
      z.object({
        at: time,
        significance: share,
        boxes,
        is_event: z.boolean(),
        /** What it was and, if it mattered and is no event, why not. */
        sentence: z.string(),
      }),
    ),
  })
  .meta({ id: "Rehearsal" });

export type Rehearsal = z.output<typeof rehearsal>;
export type MotionSettings = z.output<typeof motionSettings>;
export type MotionTuning = z.output<typeof motionTuning>;
export type MotionLevel = z.output<typeof motionLevel>;

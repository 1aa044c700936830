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
export const motionChanges = changes.meta({ id: "MotionChanges" });

export type MotionSettings = z.output<typeof motionSettings>;
export type MotionLevel = z.output<typeof motionLevel>;

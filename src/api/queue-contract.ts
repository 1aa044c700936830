/** The part of the contract about what waits for the model. */
import { z } from "zod";

const time = z.iso.datetime({ precision: 3 });
const count = z.int().min(0);

export const queue = z
  .object({
    /** Wanted as soon as the model can; without those that were shed. */
    waiting: count,
    /** The same by how soon they are wanted: asked for by a person, urgent, ordinary, low. */
    waiting_by_urgency: z.object({ asked: count, urgent: count, ordinary: count, low: count }),
    /** Too many to be described in time; described newest first when nothing else waits. */
    shed: count,
    running: count,
    /** Given up after bad answers; kept for a person to look at. */
    dead: count,
    /** Since when the one waits that waits longest. */
    oldest_at: time.nullable(),
  })
  .meta({ id: "Queue" });

/** How fast it goes; what forgets within minutes. */
export const queueReport = queue
  .extend({
    /** Descriptions that may be made at a time now. */
    workers: count,
    arrivals_per_minute: z.number().min(0),
    /** Described, reused, skipped or given up. */
    finished_per_minute: z.number().min(0),
    /** Of one description; null before the first. */
    service_s: z.number().min(0).nullable(),
    /** Until nothing waits but what was shed; null when unknown, or never at this pace. */
    drain_s: z.number().min(0).nullable(),
    /** Why nothing is described now, and since when; null while the desk works. */
    paused: z.object({ code: z.string(), sentence: z.string(), since: time }).nullable(),
  })
  .meta({ id: "QueueReport" });

export type QueueCounts = z.output<typeof queue>;
export type QueueReport = z.output<typeof queueReport>;

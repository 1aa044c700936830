/**
 * What may be said about one camera's motion, in the file and over the API alike. Imports nothing
 * but zod: the wire's contract shares it with the file's schema.
 */
import { z } from "zod";

const share = (least: number, most = 1) => z.number().min(least).max(most);

const corner = z.tuple([share(0), share(0)]);
const polygon = z.array(corner).min(3).max(64);

const zone = z.strictObject({
  name: z.string().trim().min(1).max(64).describe("For people; part of the motion summary."),
  polygon: polygon.describe("Corners as shares of width and height."),
});

const zones = z
  .array(zone)
  .max(16)
  .superRefine((list, context) => {
    for (const [index, { name }] of list.entries()) {
      if (list.findIndex((other) => other.name === name) === index) continue;
      const message = `"${name}" is used twice; zones have names of their own`;
      context.addIssue({ code: "custom", path: [index, "name"], message });
    }
  });

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const HOUR = "(?:[01][0-9]|2[0-3])";
const clockTime = (pattern: string) =>
  z.string().regex(new RegExp(`^(?:${pattern})$`), 'write the time as "22:30"');

const openHours = z.strictObject({
  days: z
    .array(z.enum(WEEKDAYS))
    .min(1)
    .max(7)
    .default([...WEEKDAYS])
    .describe("Days on which it begins; every day when absent."),
  from: clockTime(`${HOUR}:[0-5][0-9]`).describe("Local time at which it begins."),
  to: clockTime(`${HOUR}:[0-5][0-9]|24:00`).describe(
    "Local time at which it is over; not after from: on the next day.",
  ),
});

/** A motion that must last longer has lost its first picture before it is told of. */
const MIN_DURATION_S_MAX = 5;

const settings = {
  sensitivity: share(0.1).describe("How faint and small a motion may be; 0.1 to 1."),
  significance_threshold: share(0.1).describe(
    "How much a motion must matter to become an event; 0.1 to 1.",
  ),
  ai_analysis_enabled: z.boolean().describe("Whether the model describes events."),
  masks: z
    .array(polygon)
    .max(32)
    .describe("Polygons to ignore; corners as shares of width and height."),
  zones: zones.describe("Where motion must be to become an event; anywhere when empty."),
  schedule: z
    .array(openHours)
    .max(32)
    .describe("When motion may become an event, in the box's local time; always when empty."),
  min_area: share(0, 0.5).describe("The least box that counts, as a share of the picture."),
  min_duration_s: z
    .number()
    .min(0)
    .max(MIN_DURATION_S_MAX)
    .describe("How long motion must last to become an event; its start stays its first frame."),
};

/** All of it, as the API answers. */
export const motionSettings = z.strictObject(settings);

/** What the API takes: what is left out stays as it is. */
export const motionChanges = motionSettings.partial();

/** As the file says it: what is left out has its default. */
export const motionFile = z.strictObject({
  sensitivity: settings.sensitivity.default(0.5),
  significance_threshold: settings.significance_threshold.default(0.3),
  ai_analysis_enabled: settings.ai_analysis_enabled.default(true),
  masks: settings.masks.default([]),
  zones: settings.zones.default([]),
  schedule: settings.schedule.default([]),
  min_area: settings.min_area.default(0),
  min_duration_s: settings.min_duration_s.default(0),
});

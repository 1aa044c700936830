/** How a standard run ended, in its own words. */
import { z } from "zod";

const ending = z.discriminatedUnion("ending", [
  z.object({
    ending: z.literal("stopped"),
    /** Whether an ffmpeg was started in the end. */
    ffmpegCame: z.boolean(),
  }),
  z.object({
    ending: z.literal("failed"),
    /** Whether it was a failure with a sentence that says what to do. */
    isExpected: z.boolean(),
    sentence: z.string(),
  }),
]);

export type Ending = z.infer<typeof ending>;

/** Null for any other line. */
export function parseEnding(line: string): Ending | null {
  return line.startsWith('{"ending":') ? ending.parse(JSON.parse(line)) : null;
}

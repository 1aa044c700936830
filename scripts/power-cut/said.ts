/** What the box told somebody, and what therefore has to be there after any power cut. */
import { z } from "zod";

const id = z.string();

const said = z.discriminatedUnion("said", [
  z.object({ said: z.literal("admin"), name: z.string() }),
  z.object({ said: z.literal("camera"), id }),
  z.object({ said: z.literal("event"), id, hasEnded: z.boolean(), isDescribed: z.boolean() }),
  z.object({ said: z.literal("marked"), id }),
  /** Its deletion was asked for: it may be gone from here on. */
  z.object({ said: z.literal("leaving"), id }),
  z.object({ said: z.literal("gone"), id }),
  z.object({ said: z.literal("backup"), file: z.string() }),
]);

export type Said = z.infer<typeof said>;

/** Null for any other line. */
export function parseSaid(line: string): Said | null {
  return line.startsWith('{"said":') ? said.parse(JSON.parse(line)) : null;
}

import type { Json } from "../../test/support/lan-client.ts";
import type { Said } from "./said.ts";

/** Of the messages of a feed, those of events that came since the last call, and what they tell. */
export function createToldEvents(
  messages: readonly Json[],
): () => { type: string; said: Extract<Said, { said: "event" }> }[] {
  let count = 0;
  return () => {
    const fresh = messages.slice(count).filter(({ event }) => event?.started_at !== undefined);
    count = messages.length;
    return fresh.map(({ type, event: { id, ended_at, ai } }) => ({
      type,
      said: { said: "event", id, hasEnded: ended_at !== null, isDescribed: ai !== null },
    }));
  };
}

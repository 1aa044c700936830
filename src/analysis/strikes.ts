/** Events whose picture may be what brings the model down; the oldest is forgotten first. */
import type { ApplianceError } from "../base/errors.ts";

export interface Strikes {
  /** True when the event has brought the model down so often that its picture is suspect. */
  add(eventId: string, error: ApplianceError): boolean;
  forget(eventId: string): void;
}

const STRIKES_MAX = 3;
const STRUCK_EVENTS_MAX = 256;
/** What a poisonous picture looks like from outside. */
const STRIKING_CODES: readonly unknown[] = ["model_failed", "model_timeout"];

export function createStrikes(): Strikes {
  const struck = new Map<string, number>();
  return {
    add(eventId, error) {
      if (!STRIKING_CODES.includes(error.details["code"])) return false;
      const count = (struck.get(eventId) ?? 0) + 1;
      struck.delete(eventId);
      struck.set(eventId, count);
      const [oldest] = struck.keys();
      if (struck.size > STRUCK_EVENTS_MAX && oldest !== undefined) struck.delete(oldest);
      return count >= STRIKES_MAX;
    },
    forget: (eventId) => void struck.delete(eventId),
  };
}

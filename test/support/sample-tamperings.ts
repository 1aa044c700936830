import { createId } from "../../src/base/ids.ts";
import type { Tampering } from "../../src/events/tampering.ts";

/** A camera that is covered at this moment. */
export function createTampering(given: Partial<Tampering> = {}): Tampering {
  return {
    id: createId(),
    cameraId: "dock-door",
    kind: "covered",
    startedAt: Date.UTC(2026, 0, 1),
    endedAt: null,
    sentence: "The picture is blank.",
    ...given,
  };
}

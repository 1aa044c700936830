/** Tells outside what changed: events are read from the store, which is the truth. */
import { toFeedNews } from "../api/representation.ts";
import type { QueueCounts } from "../events/announcement.ts";
import type { MotionLevel } from "../events/motion-level.ts";
import type { WatchedCamera } from "../events/tampering.ts";
import { createHub, type Hub, type Numbered } from "../feed/hub.ts";
import { explainWait, type Pause } from "../queue/pause.ts";
import type { Change } from "../store/changes.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";

export interface Teller {
  hub: Hub;
  /** To be called after every transaction that changed events. */
  tellChanges(): void;
  tellCamera(camera: WatchedCamera): void;
  tellCameraRemoved(cameraId: string): void;
  tellQueue(queue: QueueCounts): void;
  tellLevel(level: MotionLevel): void;
}

export function createTeller(
  { clock, log }: Given,
  { changes, nameOf }: Memory,
  /** Null while the desk hands out work. */
  pause: () => Pause | null,
  /** Beside the feed. */
  onChanges: () => void,
): Teller {
  const hub = createHub({
    clock,
    log: log.child({ room: "feed" }),
    outbox: {
      ...changes,
      after: (seq, limit) =>
        changes.after(seq, limit).map((change) => ({
          ...change,
          announcement: toAnnouncement(change, pause),
        })),
    },
    represent: (announcement) => toFeedNews(announcement, nameOf),
  });
  return {
    hub,
    tellChanges() {
      hub.tellChanges();
      onChanges();
    },
    tellCamera: (camera) => hub.announce({ type: "camera.state", camera }),
    tellCameraRemoved: (cameraId) => hub.announce({ type: "camera.removed", cameraId }),
    tellQueue: (queue) => hub.announce({ type: "queue.state", queue }),
    tellLevel: (level) => hub.announce({ type: "motion.level", level }),
  };
}

function toAnnouncement(
  { type, eventId, cameraId, event }: Change,
  pause: () => Pause | null,
): Numbered | null {
  if (type === "event.deleted") return { type, event: { id: eventId, cameraId } };
  return event && { type, event: explainWait(event, pause()) };
}

/** Tells outside what changed: events are read from the store, which is the truth. */
import { toFeedNews } from "../api/representation.ts";
import type { Announcement, QueueCounts } from "../events/announcement.ts";
import type { MotionLevel } from "../events/motion-level.ts";
import type { WatchedCamera } from "../events/tampering.ts";
import { createHub, type Hub } from "../feed/hub.ts";
import { explainWait, type Pause } from "../queue/pause.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";

const BACKLOG_MESSAGES_MAX = 1000;

export interface Teller {
  hub: Hub;
  tellEvent(type: EventChange, eventId: string): void;
  tellDeleted(event: { id: string; cameraId: string }): void;
  tellCamera(camera: WatchedCamera): void;
  tellQueue(queue: QueueCounts): void;
  tellLevel(level: MotionLevel): void;
}

type EventChange = Exclude<Extract<Announcement, { event: unknown }>["type"], "event.deleted">;

export function createTeller(
  { clock, log }: Given,
  memory: Memory,
  /** Null while the desk hands out work. */
  pause: () => Pause | null,
): Teller {
  const hub = createHub({
    clock,
    log: log.child({ room: "feed" }),
    // Above every number of an earlier run: nobody was ever told a thousand things a millisecond.
    firstSeq: clock.now() * 1000,
    backlogLimit: BACKLOG_MESSAGES_MAX,
    represent: (announcement) => toFeedNews(announcement, memory.nameOf),
  });
  return {
    hub,
    tellEvent(type, eventId) {
      const event = memory.events.find(eventId);
      if (event) hub.announce({ type, event: explainWait(event, pause()) });
    },
    tellDeleted: (event) => hub.announce({ type: "event.deleted", event }),
    tellCamera: (camera) => hub.announce({ type: "camera.state", camera }),
    tellQueue: (queue) => hub.announce({ type: "queue.state", queue }),
    tellLevel: (level) => hub.announce({ type: "motion.level", level }),
  };
}

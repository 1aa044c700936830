/** What people do to events: the box is asked, and its answer is learnt as the feed's news are. */
import type { FeedMessage, MotionEvent } from "../api/contract.ts";
import type { EventMarks } from "../api/event-contract.ts";
import { isStatus } from "./http.ts";

export interface EventDeeds {
  describeAgain(id: string): Promise<void>;
  markEvent(id: string, marks: EventMarks): Promise<void>;
  /** For good, and though the page goes meanwhile. */
  removeEvent(event: Pick<MotionEvent, "id" | "camera_id">): Promise<void>;
}

/** The feed tells the same, but maybe a moment later, or is away. */
const OWN = { seq: 0, sent_at: "" };

export function createEventDeeds(ports: {
  ask(path: string, init?: RequestInit): Promise<Response>;
  learn(message: FeedMessage): void;
}): EventDeeds {
  const change = async (path: string, init: RequestInit): Promise<void> => {
    const answer = await ports.ask(path, init);
    ports.learn({ type: "event.updated", event: (await answer.json()) as MotionEvent, ...OWN });
  };
  return {
    describeAgain: (id) => change(`${toPath(id)}/analyze`, { method: "POST" }),
    markEvent: (id, marks) =>
      change(toPath(id), {
        method: "PATCH",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(marks),
      }),
    async removeEvent({ id, camera_id }) {
      const init = { method: "DELETE", keepalive: true };
      await ports.ask(toPath(id), init).catch((error: unknown) => {
        // Someone else was faster, and that is what was asked for.
        if (!isStatus(error, 404)) throw error;
      });
      ports.learn({ type: "event.deleted", event: { id, camera_id }, ...OWN });
    },
  };
}

function toPath(id: string): string {
  return `/events/${encodeURIComponent(id)}`;
}

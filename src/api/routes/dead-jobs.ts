/** Descriptions that were given up: everyone may look, admins try anew or set aside. */
import { Hono } from "hono";

import { ApplianceError } from "../../base/errors.ts";
import type { DescribedEvent } from "../../events/event.ts";
import type { DeadJob, DeadJobPage, DeadJobs } from "../../store/dead-jobs.ts";
import { motionEvent, uuidParameter } from "../contract.ts";
import type { ApiEnv } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { deadJobPage, deadJobQuery } from "../queue-contract.ts";
import { toMotionEvent } from "../representation.ts";

export interface DeadLetters extends Pick<DeadJobs, "list" | "discard"> {
  /** With all its tries, ahead of the queue; the event as it is then. Null when it is not dead. */
  retry(id: string): DescribedEvent | null;
}

const tag = "Queue";
const list = operation({
  callers: "viewer",
  summary: "Descriptions that were given up, newest first, with the answer that nobody could read",
  tag,
  answers: { 200: deadJobPage },
});
const retry = operation({
  callers: "admin",
  summary: "Tries again, ahead of the queue and with all its tries",
  tag,
  answers: { 202: motionEvent },
});
const discard = operation({
  callers: "admin",
  summary: "Takes it off the list; the event stays, with its picture and why it has no description",
  tag,
  answers: { 204: null },
});

export function deadJobRoutes(letters: DeadLetters) {
  return new Hono<ApiEnv>()
    .get("/", list, valid("query", deadJobQuery), (c) =>
      c.json(toPage(letters.list(c.req.valid("query")))),
    )
    .post("/:id/retry", retry, valid("param", uuidParameter), (c) => {
      const event = letters.retry(c.req.valid("param").id);
      if (!event) throw createUnknown();
      return c.json(toMotionEvent(event), 202);
    })
    .delete("/:id", discard, valid("param", uuidParameter), (c) => {
      if (!letters.discard(c.req.valid("param").id)) throw createUnknown();
      return c.body(null, 204);
    });
}

function createUnknown(): ApplianceError {
  return new ApplianceError("not-found", "No description was given up under this id.");
}

function toPage({ items, nextCursor }: DeadJobPage) {
  return { items: items.map(toItem), next_cursor: nextCursor };
}

function toItem({ id, event, attempts, rawAnswer }: DeadJob) {
  return { id, event: toMotionEvent(event), attempts, raw_answer: rawAnswer };
}

/** Descriptions that were given up: everyone may look, admins try anew or set aside. */
import { Hono } from "hono";

import { narrow } from "../../access/camera-access.ts";
import { ApplianceError } from "../../base/errors.ts";
import type { DeadJob, DeadJobPage, DeadJobs } from "../../store/dead-jobs.ts";
import type { Request } from "../../store/requests.ts";
import { uuidParameter } from "../contract.ts";
import { deadJobPage, deadJobQuery } from "../dead-job-contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toMotionEvent } from "../representation.ts";

export interface DeadJobPorts {
  deadJobs: Pick<DeadJobs, "listDead" | "discardDead"> & {
    /** And wakes the desk. */
    retryDead(id: string): Request;
  };
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
  answers: { 202: null },
});
const discard = operation({
  callers: "admin",
  summary: "Takes it off the list; the event stays, with its picture and why it has no description",
  tag,
  answers: { 204: null },
});

export function deadJobRoutes({ deadJobs }: DeadJobPorts) {
  return new Hono<ApiEnv>()
    .get("/", list, valid("query", deadJobQuery), (c) =>
      c.json(
        toPage(
          deadJobs.listDead({
            ...c.req.valid("query"),
            cameraIds: narrow(camerasOf(c), undefined),
          }),
        ),
      ),
    )
    .post("/:id/retry", retry, valid("param", uuidParameter), (c) => {
      refuseUnknown(deadJobs.retryDead(c.req.valid("param").id));
      return c.body(null, 202);
    })
    .delete("/:id", discard, valid("param", uuidParameter), (c) => {
      refuseUnknown(deadJobs.discardDead(c.req.valid("param").id));
      return c.body(null, 204);
    });
}

function refuseUnknown(result: string): void {
  if (result === "not-found") {
    throw new ApplianceError("not-found", "No description was given up under this id.");
  }
}

function toPage({ items, nextCursor }: DeadJobPage) {
  return { items: items.map(toItem), next_cursor: nextCursor };
}

function toItem({ id, event, attempts, reason, rawAnswer }: DeadJob) {
  return { id, event: toMotionEvent(event), attempts, reason, raw_answer: rawAnswer };
}

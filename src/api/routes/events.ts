import { createHash } from "node:crypto";

import { type Context, Hono } from "hono";
import type { z } from "zod";

import { type CameraAccess, maySee, narrow } from "../../access/camera-access.ts";
import { ApplianceError } from "../../base/errors.ts";
import type { DescribedEvent, EarlierPicture, EventMarks } from "../../events/event.ts";
import type { EventQuery } from "../../store/event-pages.ts";
import type { EventStore } from "../../store/events.ts";
import { eventPage, motionEvent, uuidParameter } from "../contract.ts";
import { eventMarks, eventQuery } from "../event-contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { createKeptAnswers } from "../kept-answers.ts";
import { operation, valid } from "../operation.ts";
import { toMotionEvent } from "../representation.ts";

export interface EventPorts {
  events: Pick<EventStore, "list" | "find" | "version" | "activity">;
  /** Those that a better one took the place of, oldest first. */
  listEarlierPictures(eventId: string): EarlierPicture[];
  /** Null when the file is gone. */
  readPicture(name: string): Promise<Uint8Array | null>;
  /** What people note at it, and tells it. */
  markEvent(eventId: string, marks: Partial<EventMarks>): void;
  /** With its pictures, and tells it. False when there is no such event. */
  removeEvent(eventId: string): Promise<boolean>;
  /** Ahead of the queue, and wakes it. False when there is no such event. */
  requestAnalysis(eventId: string): boolean;
}

const tag = "Events";
const list = operation({
  callers: "viewer",
  summary: "Events, newest first",
  tag,
  answers: { 200: eventPage },
});
const one = operation({
  callers: "viewer",
  summary: "An event",
  tag,
  answers: { 200: motionEvent },
});
const snapshot = operation({
  callers: "viewer",
  summary: "The event's picture",
  tag,
  answers: { 200: "image/jpeg", 304: null },
});
const analyze = operation({
  callers: "viewer",
  summary: "Describe again, ahead of the queue",
  tag,
  answers: { 202: motionEvent },
});

const mark = operation({
  callers: "viewer",
  summary: "Note that an event was seen, or is to be kept",
  audit: "event.marked",
  tag,
  answers: { 200: motionEvent },
});

const remove = operation({
  callers: "admin",
  summary: "Delete an event for good, with its pictures and its description",
  audit: "event.deleted",
  tag,
  answers: { 204: null },
});

export function eventRoutes(ports: EventPorts) {
  const { events, readPicture, markEvent, removeEvent, requestAnalysis } = ports;
  const kept = createKeptAnswers();
  const find = (c: Context<ApiEnv>, id: string): DescribedEvent => {
    const found = events.find(id);
    if (!found || !maySee(camerasOf(c), found.cameraId)) throw createNotFound();
    return found;
  };

  return new Hono<ApiEnv>()
    .get("/", list, valid("query", eventQuery), (c) => {
      const { cursor, limit, ...query } = c.req.valid("query");
      const asked = { ...toEventQuery(query, camerasOf(c)), cursor, limit };
      const { text, tag } = kept.take(JSON.stringify(asked), events.version(), () => {
        const { items, nextCursor } = events.list(asked);
        return { items: items.map(toMotionEvent), next_cursor: nextCursor };
      });
      const headers = { "Content-Type": "application/json", ETag: tag };
      const known = c.req.header("If-None-Match")?.split(/\s*,\s*/) ?? [];
      if (known.includes(tag)) return c.body(null, 304, headers);
      return c.body(text, 200, headers);
    })
    .get("/:id", one, valid("param", uuidParameter), (c) =>
      c.json(toMotionEvent(find(c, c.req.valid("param").id))),
    )
    .patch("/:id", mark, valid("param", uuidParameter), valid("json", eventMarks), (c) => {
      const { id } = find(c, c.req.valid("param").id);
      markEvent(id, c.req.valid("json"));
      return c.json(toMotionEvent(find(c, id)));
    })
    .delete("/:id", remove, valid("param", uuidParameter), async (c) => {
      if (!(await removeEvent(c.req.valid("param").id))) throw createNotFound();
      return c.body(null, 204);
    })
    .get("/:id/snapshot.jpg", snapshot, valid("param", uuidParameter), async (c) => {
      const name = find(c, c.req.valid("param").id).snapshot;
      const headers = { ETag: toTag(name), "Cache-Control": "private, no-cache" };
      // Each picture has a name of its own, so the same name is the same picture.
      if (name !== null && c.req.header("If-None-Match") === headers.ETag) {
        return c.body(null, 304, headers);
      }
      const picture = name === null ? null : await readPicture(name);
      if (!picture) throw new ApplianceError("not-found", "This event has no picture.");
      return c.body(new Uint8Array(picture), 200, { ...headers, "Content-Type": "image/jpeg" });
    })
    .post("/:id/analyze", analyze, valid("param", uuidParameter), (c) => {
      const { id } = find(c, c.req.valid("param").id);
      requestAnalysis(id);
      return c.json(toMotionEvent(find(c, id)), 202);
    });
}

/** The filters, which the list and the export share, for one who may see so much. */
export function toEventQuery(
  query: Omit<z.output<typeof eventQuery>, "cursor" | "limit">,
  access: CameraAccess,
): Omit<EventQuery, "cursor" | "limit"> {
  return {
    cameraIds: narrow(access, query.camera_id),
    from: toInstant(query.from),
    to: toInstant(query.to),
    minSignificance: query.min_significance,
    analysisStatus: query.analysis_status,
    isDescribed: query.described,
    minConcern: query.min_concern,
    seen: query.seen,
    important: query.important,
    words: query.q,
  };
}

function createNotFound(): ApplianceError {
  return new ApplianceError("not-found", "There is no such event.");
}

function toInstant(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}

function toTag(name: string | null): string {
  return `"${createHash("sha256")
    .update(name ?? "")
    .digest("base64url")
    .slice(0, 22)}"`;
}

/** Every picture that an event has: the one that was chosen, and those of earlier moments. */
import { type Context, Hono } from "hono";

import { maySee } from "../../access/camera-access.ts";
import { ApplianceError } from "../../base/errors.ts";
import type { EarlierPicture } from "../../events/event.ts";
import { uuidParameter } from "../contract.ts";
import { eventPictures, pictureParameter } from "../event-contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toEventPicture, toPictureKey } from "../representation.ts";
import type { EventPorts } from "./events.ts";

const list = operation({
  callers: "viewer",
  summary: "The event's pictures, oldest first",
  tag: "Events",
  answers: { 200: eventPictures },
});
const one = operation({
  callers: "viewer",
  summary: "One of the event's pictures",
  tag: "Events",
  answers: { 200: "image/jpeg" },
});

export function eventPictureRoutes(
  ports: Pick<EventPorts, "events" | "listEarlierPictures" | "readPicture">,
) {
  const listAll = (c: Context<ApiEnv>, id: string): EarlierPicture[] => {
    const event = ports.events.find(id);
    if (!event || !maySee(camerasOf(c), event.cameraId)) {
      throw new ApplianceError("not-found", "There is no such event.");
    }
    const { snapshot, timestamp, boxes } = event;
    const chosen = snapshot === null ? [] : [{ snapshot, capturedAt: timestamp, boxes }];
    return [...ports.listEarlierPictures(id), ...chosen].sort(
      (earlier, later) => earlier.capturedAt - later.capturedAt,
    );
  };

  return new Hono<ApiEnv>()
    .get("/:id/pictures", list, valid("param", uuidParameter), (c) => {
      const { id } = c.req.valid("param");
      const items = listAll(c, id).map((picture) => toEventPicture(id, picture));
      return c.json({ items, next_cursor: null });
    })
    .get("/:id/pictures/:picture", one, valid("param", pictureParameter), async (c) => {
      const { id, picture: key } = c.req.valid("param");
      const found = listAll(c, id).find(({ snapshot }) => toPictureKey(snapshot) === key);
      const picture = found ? await ports.readPicture(found.snapshot) : null;
      if (!picture) throw new ApplianceError("not-found", "This event has no such picture.");
      // Each picture has an address of its own, and what lies there never changes.
      const headers = { "Content-Type": "image/jpeg", "Cache-Control": "private, max-age=86400" };
      return c.body(new Uint8Array(picture), 200, headers);
    });
}

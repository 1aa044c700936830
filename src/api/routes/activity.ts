import { Hono } from "hono";

import { narrow } from "../../access/camera-access.ts";
import { activity, activityQuery } from "../activity-contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toTime } from "../representation.ts";
import type { EventPorts } from "./events.ts";

const read = operation({
  callers: "viewer",
  summary: "How many events each camera had, hour by hour",
  tag: "Events",
  answers: { 200: activity },
});

export function activityRoutes({ events }: Pick<EventPorts, "events">) {
  return new Hono<ApiEnv>().get("/activity", read, valid("query", activityQuery), (c) => {
    const { camera_id, from, to } = c.req.valid("query");
    const hours = events.activity({
      cameraIds: narrow(camerasOf(c), camera_id),
      from: Date.parse(from),
      to: Date.parse(to),
    });
    const items = hours.map(({ cameraId, ...hour }) => ({
      camera_id: cameraId,
      from: toTime(hour.from),
      events: hour.events,
      concern: hour.concern,
    }));
    return c.json({ items, next_cursor: null });
  });
}

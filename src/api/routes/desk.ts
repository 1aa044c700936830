/** How the box is doing: the desk's queue, and everything an operator asks first. */
import { Hono } from "hono";

import type { CameraAccess } from "../../access/camera-access.ts";
import { type Status, status } from "../contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { operation } from "../operation.ts";
import { queueReport } from "../queue-contract.ts";
import { type QueueReading, toQueueReport } from "../representation.ts";

export interface DeskPorts {
  readQueue(): QueueReading;
  /** Of the cameras that may be seen. */
  readStatus(access: CameraAccess): Status | Promise<Status>;
}

const tag = "Box";
const readQueue = operation({
  callers: "viewer",
  summary: "What waits for the model",
  tag,
  answers: { 200: queueReport },
});
const readStatus = operation({
  callers: "viewer",
  summary: "How the box is doing, and what to do",
  tag,
  answers: { 200: status },
});

export function deskRoutes(ports: DeskPorts) {
  return new Hono<ApiEnv>()
    .get("/queue", readQueue, (c) => c.json(toQueueReport(ports.readQueue())))
    .get("/status", readStatus, async (c) => c.json(await ports.readStatus(camerasOf(c))));
}

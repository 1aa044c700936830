/** The central database: how far it knows this box, and what it will not have. */
import { Hono } from "hono";

import { narrow } from "../../access/camera-access.ts";
import { ApplianceError } from "../../base/errors.ts";
import type { SyncMarks } from "../../store/sync-marks.ts";
import { uuidParameter } from "../contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { refusedPage, refusedQuery, syncReport } from "../sync-contract.ts";
import { type SyncReading, toRefusedEvent, toSyncReport } from "../sync-representation.ts";

export interface SyncPorts {
  sync: Pick<SyncMarks, "listRefused"> & {
    read(): SyncReading;
    /** Tries at once; false where no centre is configured. */
    run(): boolean;
    /** And tries at once; how many there were. */
    retryRefused(eventId?: string): number;
  };
}

const tag = "Centre";
const read = operation({
  callers: "viewer",
  summary: "How far the central database knows what this box knows",
  tag,
  answers: { 200: syncReport },
});
const run = operation({
  callers: "admin",
  summary: "Sends at once what waits, whatever it waits for",
  tag,
  answers: { 202: null },
});
const listRefused = operation({
  callers: "viewer",
  summary: "Events that the central database will not have, with its reason, newest refusal first",
  tag,
  answers: { 200: refusedPage },
});
const retry = operation({
  callers: "admin",
  summary: "Sends one of them again",
  tag,
  answers: { 202: null },
});
const retryAll = operation({
  callers: "admin",
  summary: "Sends all of them again",
  tag,
  answers: { 202: null },
});

export function syncRoutes({ sync }: SyncPorts) {
  return new Hono<ApiEnv>()
    .get("/", read, (c) => c.json(toSyncReport(sync.read())))
    .post("/run", run, (c) => {
      if (sync.run()) return c.body(null, 202);
      throw new ApplianceError("conflict", "No central database is configured (central.url).");
    })
    .get("/refused", listRefused, valid("query", refusedQuery), (c) => {
      const cameraIds = narrow(camerasOf(c), undefined);
      const { items, nextCursor } = sync.listRefused({ ...c.req.valid("query"), cameraIds });
      return c.json({ items: items.map(toRefusedEvent), next_cursor: nextCursor });
    })
    .post("/refused/retry", retryAll, (c) => {
      sync.retryRefused();
      return c.body(null, 202);
    })
    .post("/refused/:id/retry", retry, valid("param", uuidParameter), (c) => {
      if (sync.retryRefused(c.req.valid("param").id) > 0) return c.body(null, 202);
      throw new ApplianceError("not-found", "The centre has refused no event of this id.");
    });
}

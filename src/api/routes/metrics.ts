/** For Prometheus; a caller like any other, because it tells which cameras cannot see. */
import { Hono } from "hono";

import { type ApiEnv, camerasOf } from "../guard.ts";
import { METRICS_MEDIA_TYPE, toMetrics } from "../metrics.ts";
import { operation } from "../operation.ts";
import type { DeskPorts } from "./desk.ts";

const metrics = operation({
  callers: "viewer",
  summary: "The box in numbers, in Prometheus' text format",
  tag: "Box",
  answers: { 200: "text/plain" },
});

export function metricsRoutes({ readStatus }: Pick<DeskPorts, "readStatus">) {
  return new Hono<ApiEnv>().get("/metrics", metrics, async (c) =>
    c.body(await toMetrics(await readStatus(camerasOf(c))), 200, {
      "Content-Type": METRICS_MEDIA_TYPE,
    }),
  );
}

/**
 * One line for each request that failed or changed something. The route's pattern stands for its
 * address, so that nothing a stranger made up is written down.
 */
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { type ApiEnv, addressOf } from "./guard.ts";

const READS = new Set(["GET", "HEAD", "OPTIONS"]);

export function createRequestLog(ports: {
  log: Log;
  clock: Pick<Clock, "monotonic">;
}): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const startedMs = ports.clock.monotonic();
    await next();
    const { status } = c.res;
    if (status < 400 && READS.has(c.req.method)) return;

    const route = matchedRoutes(c).find(({ method }) => method !== "ALL");
    const line = {
      request_id: c.get("requestId"),
      caller: c.get("caller")?.userId ?? null,
      address: addressOf(c),
      method: c.req.method,
      route: route?.path ?? null,
      status,
      ms: Math.round(ports.clock.monotonic() - startedMs),
    };
    // A 503 says what is so, such as a box that is not set up yet; a 500 is a bug.
    if (status === 500) ports.log.error("a request failed", { ...line, error: c.error });
    else ports.log.info("request", line);
  };
}

/**
 * Holds every JSON answer against the schema that its route declares. For tests and for development:
 * types say it all before the program runs, and a box in service has better things to do.
 */
import { isDeepStrictEqual } from "node:util";

import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { ZodType } from "zod";

import type { ApiEnv } from "./guard.ts";
import { readAnswers } from "./operation.ts";

export interface Misfit {
  route: string;
  status: number;
  reason: string;
}

export function createAnswerCheck(onMisfit: (misfit: Misfit) => void): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next();
    const routes = matchedRoutes(c);
    const answers = routes.map(({ handler }) => readAnswers(handler)).find(Boolean);
    const schema = answers?.[c.res.status];
    const isJson = c.res.headers.get("Content-Type")?.startsWith("application/json") === true;
    if (!(schema instanceof ZodType) || !isJson || c.req.method === "HEAD") return;
    const body: unknown = await c.res.clone().json();
    const parsed = schema.safeParse(body);
    if (parsed.success && isDeepStrictEqual(parsed.data, body)) return;
    const reason = parsed.error?.message ?? "It says more than its schema.";
    onMisfit({ route: `${c.req.method} ${c.req.path}`, status: c.res.status, reason });
  };
}

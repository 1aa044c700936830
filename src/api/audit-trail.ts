/**
 * Writes down what requests did: of routes that name their action, and whatever someone who is
 * signed in was refused. Sign-ins are written down where they are judged.
 */
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

import type { Audit } from "../access/audit.ts";
import { type ApiEnv, addressOf, findAdmission } from "./guard.ts";

const TARGET_LENGTH_MAX = 200;
/** Nothing was done, and anyone may cause them as often as they like. */
const UNTOLD = new Set([400, 404, 413, 415, 429]);

export function createAuditTrail(audit: Pick<Audit, "record">): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    await next();
    const admission = findAdmission(matchedRoutes(c));
    const declared = typeof admission === "string" ? null : admission.audit;
    const { status } = c.res;
    const caller = c.get("caller");
    const isRefusedCaller = status === 403 && caller !== undefined;
    if (!isRefusedCaller && (declared === null || status === 401 || UNTOLD.has(status))) return;

    audit.record({
      action: declared ?? "access",
      userId: caller?.userId ?? null,
      username: caller?.username ?? null,
      target: c.get("target") ?? `${c.req.method} ${c.req.path}`.slice(0, TARGET_LENGTH_MAX),
      address: addressOf(c),
      result: toResult(status),
    });
  };
}

function toResult(status: number): "done" | "refused" | "failed" {
  if (status < 400) return "done";
  return status === 403 ? "refused" : "failed";
}

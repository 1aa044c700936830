/**
 * Who may call what. Each route says it itself; a route that does not say is refused, so that a
 * forgotten line closes a door instead of opening one.
 */
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { RouterRoute } from "hono/types";

import {
  type Audience,
  type Caller,
  type Callers,
  demand,
  demandScope,
} from "../access/callers.ts";
import type { CameraAccess } from "../access/camera-access.ts";
import { ApplianceError } from "../base/errors.ts";
import type { Peer } from "./peer.ts";

export interface ApiEnv {
  Bindings: Partial<HttpBindings> | undefined;
  Variables: {
    requestId: string;
    peer: Peer;
    caller: Caller | undefined;
    /** What was made or ended, where the address does not say it. */
    target: string | undefined;
  };
}

export interface Admission {
  callers: Audience;
  /** Answers also while there is no admin yet. */
  beforeSetup: boolean;
  /** What the audit log calls it; null for what changes nothing that matters. */
  audit: string | null;
  /** No token of a script opens it. */
  isPersonal: boolean;
}

const ADMISSION = Symbol("admission");

/** Marks a route's middleware with who may call the route. */
export function withAdmission<Handler extends object>(
  handler: Handler,
  admission: Admission,
): Handler {
  return Object.assign(handler, { [ADMISSION]: admission });
}

/** Null for middleware and for handlers that say nothing. */
export function readAdmission(handler: object): Admission | null {
  return (handler as { [ADMISSION]?: Admission })[ADMISSION] ?? null;
}

export function createGuard(ports: {
  callers: Pick<Callers, "identify">;
  isSetupMissing(): boolean;
}): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const admission = findAdmission(matchedRoutes(c));
    if (admission === "no-route") return next();
    if (admission === "undeclared") {
      throw new ApplianceError("forbidden", "Nobody may call this.");
    }
    if (!admission.beforeSetup && ports.isSetupMissing()) {
      throw new ApplianceError(
        "unavailable",
        "This box has no admin yet. Set it up first, with the code that it printed when it started.",
        { details: { problem: "setup-required" } },
      );
    }
    if (admission.callers !== "public") {
      const caller = ports.callers.identify(c.req.header("Authorization"));
      // Told first: the audit log wants to know who was refused.
      c.set("caller", caller);
      demand(admission.callers, caller);
      const isRead = c.req.method === "GET" || c.req.method === "HEAD";
      demandScope(caller, { isPersonal: admission.isPersonal, isRead });
    }
    return next();
  };
}

/** The first route that matches is the one that answers; its handlers stand together. */
export function findAdmission(
  routes: readonly RouterRoute[],
): Admission | "no-route" | "undeclared" {
  const first = routes.find(({ method }) => method !== "ALL");
  if (!first) return "no-route";
  const own = routes.filter(({ method, path }) => method === first.method && path === first.path);
  for (const { handler } of own) {
    const admission = readAdmission(handler);
    if (admission) return admission;
  }
  return "undeclared";
}

/** Only in routes that demand a caller. */
export function callerOf(c: Context<ApiEnv>): Caller {
  const caller = c.get("caller");
  if (!caller) throw new ApplianceError("internal", "A public route asked who is calling.");
  return caller;
}

/** What whoever calls may see. */
export function camerasOf(c: Context<ApiEnv>): CameraAccess {
  return callerOf(c).cameras;
}

/** Of the caller, as limits and the journal count it. */
export function addressOf(c: Context<ApiEnv>): string {
  return c.get("peer").address;
}

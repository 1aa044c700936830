/** No such address, or an address that knows other methods. */
import type { Context } from "hono";
import type { RouterRoute } from "hono/types";

import { ApplianceError } from "../base/errors.ts";
import type { ApiEnv } from "./guard.ts";

/** Always throws. */
export function refuseUnknown(routes: readonly RouterRoute[], c: Context<ApiEnv>): never {
  const allowed = findMethods(routes, c.req.path);
  if (allowed.length === 0) throw new ApplianceError("not-found", "There is nothing here.");
  const allow = allowed.join(", ");
  throw new ApplianceError("invalid", `This address takes ${allow} only.`, {
    details: { status: 405, allow },
  });
}

function findMethods(routes: readonly RouterRoute[], path: string): string[] {
  const methods = routes
    .filter((route) => route.method !== "ALL" && !route.path.includes("*"))
    .filter((route) => toPattern(route.path).test(path))
    .map((route) => route.method);
  return [...new Set(methods)];
}

function toPattern(path: string): RegExp {
  const segments = path
    .split("/")
    .map((segment) => (segment.startsWith(":") ? "[^/]+" : segment.replaceAll(".", "\\.")));
  return new RegExp(`^${segments.join("/")}$`);
}

/**
 * Passwords and tokens do not cross a network that others can listen to. Where the box speaks TLS, or
 * has proxies that do, only these and its own machine may come by plain http.
 */
import type { Context, MiddlewareHandler } from "hono";

import { ApplianceError } from "../base/errors.ts";
import type { ApiEnv } from "./guard.ts";
import { API_PATH } from "./representation.ts";

const HOST = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;

/** A person who typed the address is led to https; a program is told, for it has sent its secret. */
export function createPlainRefusal(options: { leads: boolean }): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const { isSecure, isNear } = c.get("peer");
    if (isSecure || isNear) return next();
    const host = c.req.header("Host") ?? "";
    if (options.leads && isVisit(c) && HOST.test(host)) {
      return c.redirect(`https://${host}${c.req.path}`, 307);
    }
    throw new ApplianceError("forbidden", "Send this over https://; it was refused in the clear.", {
      details: { problem: "https-required" },
    });
  };
}

function isVisit({ req }: Context): boolean {
  const isPage = !req.path.startsWith(`${API_PATH}/`);
  return req.method === "GET" && isPage && (req.header("Accept") ?? "").includes("text/html");
}

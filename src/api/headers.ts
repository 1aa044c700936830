/** What every answer carries, so that no browser does with it what it was not meant for. */
import type { Context, MiddlewareHandler } from "hono";

import type { ApiEnv } from "./guard.ts";
import { API_PATH } from "./representation.ts";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** In lower case: what stays on an answer that says nothing else. */
export const HEADER_NAMES: readonly string[] = [
  ...Object.keys(HEADERS),
  "Strict-Transport-Security",
  "X-Request-Id",
].map((name) => name.toLowerCase());

/**
 * Half a year of https alone is promised only where somebody else vouches for the certificate: with
 * one of our own, a browser that loses its trust would lock its owner out.
 */
const TRANSPORT_SECURITY = "max-age=15552000";

export function createHeaders(options: { isVouchedFor: boolean }): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    // Before the answer is made: the server sends one that nobody looked at again in one piece.
    setHeaders(c);
    if (options.isVouchedFor && c.get("peer").isSecure) {
      c.header("Strict-Transport-Security", TRANSPORT_SECURITY);
    }
    await next();
  };
}

function setHeaders(c: Context<ApiEnv>): void {
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  c.header("X-Request-Id", c.get("requestId"));
  // Answers about the house belong to the one who asked, and are old the moment they are given.
  const isApi = c.req.path.startsWith(`${API_PATH}/`);
  if (isApi) c.header("Cache-Control", "no-store");
}

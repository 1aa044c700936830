/**
 * The refresh token as browsers carry it: out of reach of scripts, sent to our own sign-in routes
 * alone. Over plain http the `__Host-` prefix and Secure are impossible.
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

import { SESSION_LONGEST_MS } from "../access/sessions.ts";
import { ApplianceError } from "../base/errors.ts";

const NAME = "rt";
const SCOPE = { path: "/api/v1/auth", httpOnly: true, sameSite: "Strict" } as const;

export function setSessionCookie(c: Context, refreshToken: string): void {
  setCookie(c, NAME, refreshToken, { ...SCOPE, maxAge: SESSION_LONGEST_MS / 1000 });
}

export function clearSessionCookie(c: Context): void {
  deleteCookie(c, NAME, SCOPE);
}

/**
 * Null when there is none. A browser adds a cookie to whatever some page makes it send, so the
 * request must show that the page was ours: other sites can neither set this header nor fake where
 * the request came from. Throws `forbidden`.
 */
export function readSessionCookie(c: Context): string | null {
  const token = getCookie(c, NAME);
  if (token === undefined) return null;
  const site = c.req.header("Sec-Fetch-Site");
  const isOurs = site === "same-origin" || site === "none";
  const isMarked = c.req.header("X-Requested-With") !== undefined;
  if (!isOurs && !isMarked) {
    const sentence = "This request came from another site. Send X-Requested-With if it is yours.";
    throw new ApplianceError("forbidden", sentence);
  }
  return token;
}

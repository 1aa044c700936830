/**
 * The refresh token as browsers carry it: out of reach of scripts. Over https its name makes browsers
 * refuse one that another host or a plain connection planted; over plain http that is impossible, so
 * it goes by another name, and each is asked for only where it can have been set.
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

import { SESSION_LONGEST_MS } from "../access/sessions.ts";
import { ApplianceError } from "../base/errors.ts";
import type { ApiEnv } from "./guard.ts";

const SHARED = { httpOnly: true, sameSite: "Strict" } as const;
const SECURE = { name: "__Host-rt", scope: { ...SHARED, path: "/", secure: true } } as const;
const PLAIN = { name: "rt", scope: { ...SHARED, path: "/api/v1/auth" } } as const;

export function setSessionCookie(c: Context<ApiEnv>, refreshToken: string): void {
  const { name, scope } = cookieOf(c);
  setCookie(c, name, refreshToken, { ...scope, maxAge: SESSION_LONGEST_MS / 1000 });
}

export function clearSessionCookie(c: Context<ApiEnv>): void {
  const { name, scope } = cookieOf(c);
  deleteCookie(c, name, scope);
}

function cookieOf(c: Context<ApiEnv>): typeof SECURE | typeof PLAIN {
  return c.get("peer").isSecure ? SECURE : PLAIN;
}

/**
 * Null when there is none. A browser adds a cookie to whatever some page makes it send, so the
 * request must show that the page was ours: other sites can neither set this header nor fake where
 * the request came from. Throws `forbidden`.
 */
export function readSessionCookie(c: Context<ApiEnv>): string | null {
  const token = getCookie(c, cookieOf(c).name);
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

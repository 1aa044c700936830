/** Whoever names the tag of what it has read before is only told that nothing changed (RFC 9110). */
import type { MiddlewareHandler } from "hono";
import { etag, RETAINED_304_HEADERS } from "hono/etag";

import type { ApiEnv } from "./guard.ts";

// A browser takes the headers of a 304 for those of what it keeps, the policy of a page among them.
const retainedHeaders = [...RETAINED_304_HEADERS, "content-security-policy"];
const tagAnswer = etag({ retainedHeaders });

/** For answers that are whole in memory: a tag is made of all of an answer. */
export const withTags: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { method, path } = c.req;
  const isRead = method === "GET" || method === "HEAD";
  return isRead && !path.endsWith("/export") ? tagAnswer(c, next) : next();
};

/** Whoever names the tag of what it has read before is only told that nothing changed (RFC 9110). */
import type { MiddlewareHandler } from "hono";
import { etag, RETAINED_304_HEADERS } from "hono/etag";

import type { ApiEnv } from "./guard.ts";
import { HEADER_NAMES } from "./headers.ts";
import { API_PATH } from "./representation.ts";

// A browser takes the headers of a 304 for those of what it keeps, the policy of a page among them.
const retainedHeaders = [...RETAINED_304_HEADERS, ...HEADER_NAMES];
const tagAnswer = etag({ retainedHeaders });

/** The list knows its tag before it is made, and the export has none. */
const TAGGED_BY_THEMSELVES = new Set([`${API_PATH}/events`, `${API_PATH}/events/export`]);

/** For answers that are whole in memory: a tag is made of all of an answer. */
export const withTags: MiddlewareHandler<ApiEnv> = async (c, next) => {
  const { method, path } = c.req;
  const isRead = method === "GET" || method === "HEAD";
  return isRead && !TAGGED_BY_THEMSELVES.has(path) ? tagAnswer(c, next) : next();
};

/** What a body may be: JSON, and no more of it than any request needs. No form of another site can send that without being asked first. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";

import { ApplianceError } from "../base/errors.ts";

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const READS = new Set(["GET", "HEAD", "OPTIONS"]);
const WRITES = new Set(["POST", "PUT", "PATCH"]);

/** Asking a request for its body costs more than answering most of them: reads have none. */
export function withBodyLimit(maxSize: number): MiddlewareHandler {
  const limit = bodyLimit({ maxSize });
  return (c, next) => (READS.has(c.req.method) ? next() : limit(c, next));
}

/** A request without a body need not say what it is. */
export const demandJson: MiddlewareHandler = async (c, next) => {
  const type = c.req.header("Content-Type");
  if (WRITES.has(c.req.method) && type !== undefined && !JSON_TYPE.test(type)) {
    throw new ApplianceError("invalid", "Send the body as application/json.", {
      details: { status: 415 },
    });
  }
  await next();
};

/** What a body may be: JSON. No form of another site can send that without being asked first. */
import type { MiddlewareHandler } from "hono";

import { ApplianceError } from "../base/errors.ts";

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
const WRITES = new Set(["POST", "PUT", "PATCH"]);

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

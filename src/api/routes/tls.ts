/** The certificate of the box's own authority, for people to trust. It is no secret. */
import { Hono } from "hono";

import { ApplianceError } from "../../base/errors.ts";
import type { ApiEnv } from "../guard.ts";
import { operation } from "../operation.ts";

const MEDIA_TYPE = "application/x-x509-ca-cert";

const read = operation({
  callers: "public",
  beforeSetup: true,
  summary: "The certificate of the box's own authority, to be trusted by browsers and programs",
  tag: "Box",
  answers: { 200: MEDIA_TYPE },
});

/** `authority`: in PEM; null where the box has none. */
export function tlsRoutes(authority: string | null) {
  return new Hono<ApiEnv>().get("/authority.crt", read, (c) => {
    if (authority === null) {
      throw new ApplianceError("not-found", "This box has no authority of its own (server.tls).");
    }
    const name = 'attachment; filename="nightjar-authority.crt"';
    return c.body(authority, 200, { "Content-Type": MEDIA_TYPE, "Content-Disposition": name });
  });
}

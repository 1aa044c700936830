import { Hono } from "hono";

import type { FirstAdmin } from "../../access/first-admin.ts";
import { user } from "../contract.ts";
import { setupRequest } from "../entrance-contract.ts";
import type { ApiEnv } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toUser } from "../representation.ts";

const create = operation({
  callers: "public",
  beforeSetup: true,
  summary: "Make the first admin, with the code that the box printed",
  audit: "setup.done",
  tag: "Sign-in",
  answers: { 201: user },
});

export function setupRoutes(firstAdmin: FirstAdmin) {
  return new Hono<ApiEnv>().post("/", create, valid("json", setupRequest), async (c) => {
    const { setup_code: setupCode, username, password } = c.req.valid("json");
    const made = await firstAdmin.create({ setupCode, username, password });
    c.set("target", made.id);
    return c.json(toUser(made), 201);
  });
}

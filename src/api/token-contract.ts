/** Tokens for scripts over the wire. */
import { z } from "zod";

import { time } from "./contract.ts";

const scope = z.enum(["read", "operate", "admin"]);

export const newApiToken = z.strictObject({
  name: z.string().trim().min(1).max(64),
  /** `read`: GET alone; `operate`: what a viewer may do; `admin`: what its owner may. */
  scope,
  /** Absent or null for one that lasts until it is revoked. */
  expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
});

export const apiToken = z
  .object({
    id: z.string(),
    user_id: z.string(),
    name: z.string(),
    scope,
    created_at: time,
    expires_at: time.nullable(),
    /** To the minute. */
    last_used_at: time.nullable(),
  })
  .meta({ id: "ApiToken" });

/** `token` is shown this once. */
export const madeApiToken = apiToken.extend({ token: z.string() }).meta({ id: "MadeApiToken" });

export const apiTokenPage = z
  .object({ items: z.array(apiToken), next_cursor: z.null() })
  .meta({ id: "ApiTokenPage" });

export type ApiTokenPage = z.output<typeof apiTokenPage>;
export type MadeApiToken = z.output<typeof madeApiToken>;

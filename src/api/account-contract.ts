/** Accounts and sign-ins over the wire. */
import { z } from "zod";

import { cameraIds, role, time, user } from "./contract.ts";
import { password, username } from "./entrance-contract.ts";

export const userPage = z
  .object({ items: z.array(user), next_cursor: z.null() })
  .meta({ id: "UserPage" });

export const newUser = z.strictObject({
  username,
  password,
  role,
  /** That a viewer may see; null or absent for all. An admin sees all. */
  camera_ids: cameraIds.nullable().optional(),
});

/** What is left out stays as it is. */
export const userChanges = z.strictObject({
  password: password.optional(),
  role: role.optional(),
  disabled: z.boolean().optional(),
  camera_ids: cameraIds.nullable().optional(),
});

export const passwordChange = z.strictObject({
  current_password: password,
  new_password: password,
});

export const session = z
  .object({
    id: z.string(),
    user_id: z.string(),
    created_at: time,
    /** Of the latest refresh. */
    last_used_at: time,
    /** Ends then unless it is used before. */
    idle_expires_at: time,
    /** Ends then whatever happens. */
    expires_at: time,
    /** Whether it is the one that asks. */
    is_current: z.boolean(),
  })
  .meta({ id: "Session" });

export const sessionPage = z
  .object({ items: z.array(session), next_cursor: z.null() })
  .meta({ id: "SessionPage" });

export const sessionQuery = z.strictObject({
  user_id: z.uuid().optional().describe("Of another user: for admins."),
});

export type UserPage = z.output<typeof userPage>;
export type SessionPage = z.output<typeof sessionPage>;

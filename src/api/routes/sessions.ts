/** Sign-ins that last: one's own, and for admins those of others. */
import { Hono } from "hono";

import type { Caller } from "../../access/callers.ts";
import type { Sessions } from "../../access/sessions.ts";
import { ApplianceError } from "../../base/errors.ts";
import { sessionPage, sessionQuery } from "../account-contract.ts";
import { uuidParameter } from "../contract.ts";
import { type ApiEnv, callerOf } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toSession } from "../representation.ts";

const tag = "Sign-in";
const list = operation({
  callers: "viewer",
  summary: "Where I am signed in, newest first; for admins also where another user is",
  isPersonal: true,
  tag,
  answers: { 200: sessionPage },
});
const revoke = operation({
  callers: "viewer",
  summary: "End a session of mine; for admins of anyone",
  audit: "session.ended",
  isPersonal: true,
  tag,
  answers: { 204: null },
});

export function sessionRoutes(sessions: Pick<Sessions, "listOfUser" | "findUserId" | "revoke">) {
  return new Hono<ApiEnv>()
    .get("/", list, valid("query", sessionQuery), (c) => {
      const caller = callerOf(c);
      const { user_id: userId = caller.userId } = c.req.valid("query");
      if (!mayHandle(caller, userId)) {
        throw new ApplianceError("forbidden", "Only an admin may see where others are signed in.");
      }
      const items = sessions
        .listOfUser(userId)
        .map((session) => toSession(session, caller.sessionId));
      return c.json({ items, next_cursor: null });
    })
    .delete("/:id", revoke, valid("param", uuidParameter), (c) => {
      const { id } = c.req.valid("param");
      const userId = sessions.findUserId(id);
      if (userId === null || !mayHandle(callerOf(c), userId)) {
        throw new ApplianceError("not-found", "There is no such session.");
      }
      sessions.revoke(id);
      return c.body(null, 204);
    });
}

export function mayHandle({ role, userId }: Caller, ownerId: string): boolean {
  return role === "admin" || userId === ownerId;
}

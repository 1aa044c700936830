/** Tokens for scripts: everyone has their own; an admin may revoke anyone's. */
import { Hono } from "hono";
import type { z } from "zod";

import type { ApiTokens } from "../../access/api-tokens.ts";
import { ApplianceError } from "../../base/errors.ts";
import type { ApiToken } from "../../store/api-tokens.ts";
import { sessionQuery } from "../account-contract.ts";
import { uuidParameter } from "../contract.ts";
import { type ApiEnv, callerOf } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toTime } from "../representation.ts";
import { type apiToken, apiTokenPage, madeApiToken, newApiToken } from "../token-contract.ts";
import { mayHandle } from "./sessions.ts";

const tag = "API tokens";
const list = operation({
  callers: "viewer",
  summary: "My tokens for scripts, newest first; for admins also another user's",
  isPersonal: true,
  tag,
  answers: { 200: apiTokenPage },
});
const create = operation({
  callers: "viewer",
  summary: "Make a token for a script; it is shown this once",
  isPersonal: true,
  audit: "token.made",
  tag,
  answers: { 201: madeApiToken },
});
const revoke = operation({
  callers: "viewer",
  summary: "Revoke a token of mine; for admins anyone's",
  isPersonal: true,
  audit: "token.revoked",
  tag,
  answers: { 204: null },
});

export function tokenRoutes(tokens: Omit<ApiTokens, "identify">) {
  return new Hono<ApiEnv>()
    .get("/", list, valid("query", sessionQuery), (c) => {
      const caller = callerOf(c);
      const { user_id: userId = caller.userId } = c.req.valid("query");
      if (!mayHandle(caller, userId)) {
        throw new ApplianceError("forbidden", "Only an admin may see the tokens of others.");
      }
      return c.json({ items: tokens.listOfUser(userId).map(toApiToken), next_cursor: null });
    })
    .post("/", create, valid("json", newApiToken), (c) => {
      const { name, scope, expires_at } = c.req.valid("json");
      const expiresAt = expires_at ? Date.parse(expires_at) : null;
      const { token, row } = tokens.create({ owner: callerOf(c), name, scope, expiresAt });
      c.set("target", row.id);
      return c.json({ ...toApiToken(row), token }, 201);
    })
    .delete("/:id", revoke, valid("param", uuidParameter), (c) => {
      const { id } = c.req.valid("param");
      const found = tokens.find(id);
      if (!found || !mayHandle(callerOf(c), found.userId)) {
        throw new ApplianceError("not-found", "There is no such token.");
      }
      tokens.remove(id);
      return c.body(null, 204);
    });
}

/** Never the hash. */
function toApiToken(row: ApiToken): z.output<typeof apiToken> {
  const { id, userId, name, scope, createdAt, expiresAt, lastUsedAt } = row;
  return {
    ...{ id, user_id: userId, name, scope, created_at: toTime(createdAt) },
    expires_at: expiresAt === null ? null : toTime(expiresAt),
    last_used_at: lastUsedAt === null ? null : toTime(lastUsedAt),
  };
}

/** Who may come in: made, changed and removed by admins. */
import { Hono } from "hono";

import type { Accounts } from "../../access/accounts.ts";
import { toCamel } from "../../config/load.ts";
import { newUser, userChanges, userPage } from "../account-contract.ts";
import { user, uuidParameter } from "../contract.ts";
import type { ApiEnv } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toUser } from "../representation.ts";

export type UserPorts = Omit<Accounts, "changeOwnPassword">;

const tag = "Accounts";
const list = operation({
  callers: "admin",
  summary: "All accounts, by name",
  tag,
  answers: { 200: userPage },
});
const create = operation({
  callers: "admin",
  summary: "Make an account",
  audit: "user.made",
  tag,
  answers: { 201: user },
});
const change = operation({
  callers: "admin",
  summary: "Change an account; its sessions end at once. What is left out stays as it is",
  audit: "user.changed",
  tag,
  answers: { 200: user },
});
const remove = operation({
  callers: "admin",
  summary: "Remove an account; its sessions end at once",
  audit: "user.removed",
  tag,
  answers: { 204: null },
});

export function userRoutes(accounts: UserPorts) {
  return new Hono<ApiEnv>()
    .get("/", list, (c) => c.json({ items: accounts.list().map(toUser), next_cursor: null }))
    .post("/", create, valid("json", newUser), async (c) => {
      const { camera_ids: cameraIds = null, ...account } = c.req.valid("json");
      const made = await accounts.create({ ...account, cameraIds });
      c.set("target", made.id);
      return c.json(toUser(made), 201);
    })
    .patch("/:id", change, valid("param", uuidParameter), valid("json", userChanges), async (c) => {
      const { id } = c.req.valid("param");
      return c.json(toUser(await accounts.change(id, toCamel(c.req.valid("json")))));
    })
    .delete("/:id", remove, valid("param", uuidParameter), (c) => {
      accounts.remove(c.req.valid("param").id);
      return c.body(null, 204);
    });
}

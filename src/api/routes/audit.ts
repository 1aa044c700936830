/** Who did what: for admins to read, and to check that nobody rewrote it. */
import { Hono } from "hono";
import type { z } from "zod";

import type { Audit, Verdict } from "../../access/audit.ts";
import type { AuditRow } from "../../store/audit.ts";
import { auditPage, auditQuery, type auditRow, auditVerdict } from "../audit-contract.ts";
import type { ApiEnv } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toTime } from "../representation.ts";

const tag = "Audit";
const list = operation({
  callers: "admin",
  summary: "Who did what, newest first",
  tag,
  answers: { 200: auditPage },
});
const verify = operation({
  callers: "admin",
  summary: "Whether every row is as it was written, and if not, which is the first that is not",
  tag,
  answers: { 200: auditVerdict },
});

export function auditRoutes(audit: Pick<Audit, "list" | "verify">) {
  return new Hono<ApiEnv>()
    .get("/", list, valid("query", auditQuery), (c) => {
      const { cursor, limit } = c.req.valid("query");
      const beforeId = cursor === undefined ? undefined : Number(cursor);
      const rows = audit.list({ beforeId, limit: limit + 1 });
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const next_cursor = last && rows.length > limit ? String(last.id) : null;
      return c.json({ items: items.map(toAuditRow), next_cursor });
    })
    .get("/verify", verify, async (c) => c.json(toVerdict(await audit.verify())));
}

function toAuditRow(row: AuditRow): z.output<typeof auditRow> {
  const { id, at, action, userId, username, target, address, result, hash } = row;
  const who = { user_id: userId, username };
  return { id, at: toTime(at), action, ...who, target, address, result, hash };
}

function toVerdict({ rowsChecked, firstBroken }: Verdict): z.output<typeof auditVerdict> {
  const sentence =
    firstBroken === null
      ? "Every row is as it was written."
      : `Row ${firstBroken} was changed or removed. Trust no row from it on, and ask who could write to the data folder.`;
  return { rows_checked: rowsChecked, first_broken: firstBroken, sentence };
}

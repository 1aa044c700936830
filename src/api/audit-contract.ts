/** The audit log over the wire. */
import { z } from "zod";

import { time } from "./contract.ts";
import { pageLimit } from "./paging-contract.ts";

export const auditRow = z
  .object({
    id: z.int(),
    at: time,
    /** Such as `event.deleted`. */
    action: z.string(),
    /** Null for whoever did not say who they are. */
    user_id: z.string().nullable(),
    /** As it was then. */
    username: z.string().nullable(),
    target: z.string().nullable(),
    address: z.string().nullable(),
    result: z.enum(["done", "refused", "failed"]),
    /** SHA-256 of the hash of the row before and of this row's fields. */
    hash: z.string(),
  })
  .meta({ id: "AuditRow" });

export const auditPage = z
  .object({ items: z.array(auditRow), next_cursor: z.string().nullable() })
  .meta({ id: "AuditPage" });

export const auditQuery = z.strictObject({
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, { error: "use next_cursor of the page before" })
    .optional()
    .describe("`next_cursor` of the page before."),
  limit: pageLimit,
});

export const auditVerdict = z
  .object({
    rows_checked: z.int(),
    /** The first row that is not as it was written, or is missing; null when all are whole. */
    first_broken: z.int().nullable(),
    sentence: z.string(),
  })
  .meta({ id: "AuditVerdict" });

export type AuditPage = z.output<typeof auditPage>;
export type AuditVerdict = z.output<typeof auditVerdict>;

import { Hono } from "hono";

import { ticket } from "../contract.ts";
import { type ApiEnv, callerOf } from "../guard.ts";
import { operation } from "../operation.ts";

/** Bound to the session; good once and for a short while. */
export type IssueTicket = (sessionId: string) => { ticket: string; expiresInS: number };

const issue = operation({
  callers: "viewer",
  summary: "A one-time ticket for the WebSocket, to be sent in its first message",
  isPersonal: true,
  tag: "Feed",
  answers: { 200: ticket },
});

export function feedRoutes(issueTicket: IssueTicket) {
  return new Hono<ApiEnv>().post("/ticket", issue, (c) => {
    const issued = issueTicket(callerOf(c).sessionId);
    return c.json({ ticket: issued.ticket, expires_in: issued.expiresInS });
  });
}

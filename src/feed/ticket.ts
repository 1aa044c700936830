/**
 * One-time tickets for the feed. A browser cannot send a header with a WebSocket, and a token in the
 * address would be logged; a ticket is worth nothing half a minute later, or once it was used.
 */
import { randomBytes } from "node:crypto";

import type { Clock } from "../base/clock.ts";

export const TICKET_LASTS_SECONDS = 30;

const TICKETS_MAX = 1000;
const TICKET_BYTES = 32;

export interface Tickets {
  /** The oldest ticket goes when there are too many. */
  issue(sessionId: string): { ticket: string; expiresInS: number };
  /** The session it was issued to; null for one that is unknown, used or too old. */
  redeem(ticket: string): string | null;
}

export function createTickets(options: { clock: Pick<Clock, "monotonic"> }): Tickets {
  const { clock } = options;
  const open = new Map<string, { sessionId: string; until: number }>();

  return {
    issue(sessionId) {
      const oldest = open.keys().next().value;
      if (open.size >= TICKETS_MAX && oldest !== undefined) open.delete(oldest);
      const ticket = randomBytes(TICKET_BYTES).toString("base64url");
      open.set(ticket, { sessionId, until: clock.monotonic() + TICKET_LASTS_SECONDS * 1000 });
      return { ticket, expiresInS: TICKET_LASTS_SECONDS };
    },
    redeem(ticket) {
      const found = open.get(ticket);
      open.delete(ticket);
      return found && clock.monotonic() < found.until ? found.sessionId : null;
    },
  };
}

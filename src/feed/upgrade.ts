/** Whether a request may become a socket at all, before anything is known of the caller. */
import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Refuses, in HTTP and for good, whatever is not meant for the feed. A browser names the page that
 * connects; other programs name none, and prove themselves by the ticket alone.
 */
export function refuseUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  rules: { path: string; allowedOrigins: readonly string[]; full: boolean },
): boolean {
  const status = toRefusal(request, rules);
  if (status === null) return false;
  socket.on("error", () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
  return true;
}

function toRefusal(
  request: IncomingMessage,
  rules: { path: string; allowedOrigins: readonly string[]; full: boolean },
): number | null {
  if (request.url !== rules.path) return 404;
  const { origin, host } = request.headers;
  const isStranger =
    origin !== undefined && !rules.allowedOrigins.includes(origin) && toHost(origin) !== host;
  if (isStranger) return 403;
  return rules.full ? 503 : null;
}

function toHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** The listening port: HTTP for the app, upgrades for the feed, and a limit for everything. */
import { once } from "node:events";
import { type IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

import { createAdaptorServer } from "@hono/node-server";

import { ApplianceError } from "../base/errors.ts";
import type { App } from "./app.ts";

const HEADERS_PATIENCE_MS = 10_000;
const REQUEST_PATIENCE_MS = 30_000;
const PATIENCE_CHECKED_EVERY_MS = 5_000;
const IDLE_MS = 10_000;
const HEADER_BYTES_MAX = 16 * 1024;
const CONNECTIONS_MAX = 2048;
/** Answers under way when the box stops get this long. */
const CLOSING_MS = 2_000;

export interface UpgradeTaker {
  /** Takes over every upgrade request, also to refuse it. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface ApiServer extends AsyncDisposable {
  readonly address: { host: string; port: number };
}

/** Port 0 takes any. Throws `unavailable` when the address cannot be had. */
export async function openServer(options: {
  app: App;
  feed: UpgradeTaker;
  host: string;
  port: number;
}): Promise<ApiServer> {
  const { app, feed, host, port } = options;
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: HEADERS_PATIENCE_MS,
      requestTimeout: REQUEST_PATIENCE_MS,
      connectionsCheckingInterval: PATIENCE_CHECKED_EVERY_MS,
      keepAliveTimeout: IDLE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
  });
  if (!(server instanceof Server)) throw new ApplianceError("internal", "Not an HTTP/1 server.");
  server.maxConnections = CONNECTIONS_MAX;
  const plain = new Set<Duplex>();
  server.on("connection", (socket: Duplex) => {
    plain.add(socket);
    socket.once("close", () => plain.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => {
    plain.delete(socket);
    feed.handleUpgrade(request, socket, head);
  });

  await listen(server, host, port);
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    [Symbol.asyncDispose]: () => close(server, plain),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (cause: NodeJS.ErrnoException) => reject(toListenError(cause, host, port)));
  server.listen({ host, port }, resolve);
  return promise;
}

function toListenError(cause: NodeJS.ErrnoException, host: string, port: number): ApplianceError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use by another program. Stop that, or choose another server.port.`,
    EACCES: `Port ${port} may not be used by this account. Choose a server.port above 1023.`,
    EADDRNOTAVAIL: `This box has no address ${host}. Check server.host.`,
  };
  const sentence = reasons[cause.code ?? ""] ?? `Cannot listen on ${host}, port ${port}.`;
  return new ApplianceError("unavailable", sentence, { cause, details: { host, port } });
}

/**
 * Takes nothing new, lets answers under way finish, then cuts off. Upgraded sockets belong to the
 * feed; waiting for them, as the server itself would, could take for ever.
 */
async function close(server: Server, plain: ReadonlySet<Duplex>): Promise<void> {
  server.close();
  server.closeIdleConnections();
  const signal = AbortSignal.timeout(CLOSING_MS);
  await Promise.allSettled([...plain].map((socket) => once(socket, "close", { signal })));
  server.closeAllConnections();
}

/** The listening port: HTTP for the app, upgrades for the feed, and a limit for everything. */
import { once } from "node:events";
import { type IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";

import { createAdaptorServer } from "@hono/node-server";

import { ApplianceError } from "../base/errors.ts";
import { isLoopback } from "../base/ip-address.ts";
import type { App } from "./app.ts";
import { createConnections } from "./connections.ts";

export interface ServerLimits {
  /** For the headers, for all of a request, and between two requests. */
  headersMs: number;
  requestMs: number;
  idleMs: number;
  /** Without a byte either way; a caller that does not read its answer is gone after that. */
  silentMs: number;
  /** The first line, with the address, counts as a header. */
  headerBytesMax: number;
  connectionsMax: number;
  connectionsEachMax: number;
}

const LIMITS: ServerLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 10_000,
  silentMs: 120_000,
  headerBytesMax: 16 * 1024,
  connectionsMax: 2048,
  connectionsEachMax: 128,
};
/** How often the patience is looked after, as a share of the shortest. */
const LOOKS_PER_PATIENCE = 2;
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
  /** Addresses that may have more connections than others: those of this machine when absent. */
  mayHaveMany?: (address: string) => boolean;
  limits?: Partial<ServerLimits>;
}): Promise<ApiServer> {
  const { app, feed, host, port } = options;
  const limits = { ...LIMITS, ...options.limits };
  const server = createServer(app, limits);
  const connections = createConnections({
    eachMax: limits.connectionsEachMax,
    mayHaveMany: options.mayHaveMany ?? isLoopback,
  });
  const plain = new Set<Duplex>();
  server.prependListener("connection", (socket: Socket) => {
    if (!connections.admit(socket)) return void socket.destroy();
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

function createServer(app: App, limits: ServerLimits): Server {
  const shortestMs = Math.min(limits.headersMs, limits.requestMs);
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: shortestMs / LOOKS_PER_PATIENCE,
      keepAliveTimeout: limits.idleMs,
      maxHeaderSize: limits.headerBytesMax,
    },
  });
  if (!(server instanceof Server)) throw new ApplianceError("internal", "Not an HTTP/1 server.");
  server.maxConnections = limits.connectionsMax;
  server.timeout = limits.silentMs;
  return server;
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

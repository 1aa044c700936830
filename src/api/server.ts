/** The listening port: HTTP for the app, upgrades for the feed, and a limit for everything. */
import { once } from "node:events";
import { type IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

import { createAdaptorServer } from "@hono/node-server";

import type { CertificateSource } from "../access/own-certificate.ts";
import type { Clock } from "../base/clock.ts";
import { ApplianceError, isAbort } from "../base/errors.ts";
import { isLoopback } from "../base/ip-address.ts";
import type { App } from "./app.ts";
import { createConnections } from "./connections.ts";
import { createSorter, type Sorter } from "./sorter.ts";

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
const RENEWAL_LOOK_MS = 60_000;
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
  /** Whether an address is of this machine, or speaks for many; those of this machine when absent. */
  isNear?: (address: string) => boolean;
  /** Null: everyone speaks plain http. */
  tls: { source: CertificateSource; clock: Pick<Clock, "sleep"> } | null;
  limits?: Partial<ServerLimits>;
}): Promise<ApiServer> {
  const { app, feed, host, port, tls, isNear = isLoopback } = options;
  const limits = { ...LIMITS, ...options.limits };
  const server = createServer(app, limits);
  const sorter = tls && createSorter({ ...tls.source, patienceMs: limits.headersMs });
  const served = serveConnections(server, sorter, { eachMax: limits.connectionsEachMax, isNear });
  server.on("upgrade", (request, socket, head) => {
    served.delete(socket);
    const mayEnter = !tls || socket instanceof TLSSocket || isNear(toAddress(socket));
    if (mayEnter) feed.handleUpgrade(request, socket, head);
    else socket.end("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });

  await listen(server, host, port);
  const stop = new AbortController();
  const renewing = sorter && renew(tls, sorter, stop.signal);
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await renewing;
      await close(server, sorter, served);
    },
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

/** Answers the streams that are served, until each is closed or taken over by the feed. */
function serveConnections(
  server: Server,
  sorter: Sorter | null,
  options: { eachMax: number; isNear(address: string): boolean },
): Set<Duplex> {
  const { eachMax, isNear } = options;
  const connections = createConnections({ eachMax, mayHaveMany: isNear });
  const served = new Set<Duplex>();
  // The server's own listener speaks HTTP over any stream that it is given.
  const speakers = server.listeners("connection");
  server.removeAllListeners("connection");
  const serve = (stream: Socket): void => {
    served.add(stream);
    stream.once("close", () => served.delete(stream));
    for (const speak of speakers) speak.call(server, stream);
  };
  server.on("connection", (socket: Socket) => {
    if (!connections.admit(socket)) socket.destroy();
    else if (sorter) sorter.sort(socket, serve);
    else serve(socket);
  });
  return served;
}

/** Certificates end, are replaced by hand, and are for addresses that change. */
async function renew(
  { source, clock }: { source: CertificateSource; clock: Pick<Clock, "sleep"> },
  sorter: Sorter,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(RENEWAL_LOOK_MS, { signal }).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
    if (!signal.aborted && (await source.refresh())) sorter.show(source.credentials);
  }
}

function toAddress(stream: Duplex): string {
  return (stream as Partial<Socket>).remoteAddress ?? "unknown";
}

/**
 * Takes nothing new, lets answers under way finish, then cuts off. Upgraded sockets belong to the
 * feed; waiting for them, as the server itself would, could take for ever.
 */
async function close(
  server: Server,
  sorter: Sorter | null,
  served: ReadonlySet<Duplex>,
): Promise<void> {
  server.close();
  sorter?.[Symbol.dispose]();
  server.closeIdleConnections();
  const signal = AbortSignal.timeout(CLOSING_MS);
  await Promise.allSettled([...served].map((socket) => once(socket, "close", { signal })));
  server.closeAllConnections();
}

/**
 * The only door to ws. A socket's life:
 *
 *   upgraded ──► hello with a ticket ──► listening ──► closed
 *      └──► 4401  no hello in 5 s, a bad one, or a ticket that is not good
 *                                           ├──► 4401  its session ended
 *                                           ├──► 1013  it reads too slowly: read the lists again
 *                                           └──► 1001  the box stops
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

import { WebSocket, WebSocketServer } from "ws";

import type { Clock } from "../base/clock.ts";
import { isAbort } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Hub } from "./hub.ts";
import { refuseUpgrade } from "./upgrade.ts";

export const FEED_PATH = "/api/v1/ws";

const HELLO_PATIENCE_MS = 5_000;
const BEAT_MS = 1_000;
/** A ping every 30 s; whoever has not answered by the next one is gone. */
const BEATS_PER_PING = 30;
const SOCKETS_MAX = 1024;
const UNSENT_BYTES_MAX = 1024 * 1024;
const MESSAGE_BYTES_MAX = 64 * 1024;

const CLOSE = {
  goingAway: 1001,
  binary: 1003,
  unasked: 1008,
  tooSlow: 1013,
  unauthenticated: 4401,
} as const;

/** What the client's first message asks for. */
export interface Hello {
  ticket: string;
  since?: number | undefined;
  cameras?: readonly string[] | undefined;
}

export interface FeedPorts {
  clock: Clock;
  log: Log;
  hub: Pick<Hub, "join">;
  /** The session that the ticket was issued to; null when it is not good. */
  redeemTicket(ticket: string): string | null;
  isSessionInForce(sessionId: string): boolean;
  /** What whoever came in by this session may hear of; a change of it revokes the session. */
  camerasOf(sessionId: string): readonly string[] | null;
  /** Answers how to stop listening. */
  onSessionRevoked(listener: (sessionId: string) => void): () => void;
  /** Null for anything but a hello. */
  parseHello(message: unknown): Hello | null;
  /** Of other sites whose pages may connect. */
  allowedOrigins: readonly string[];
}

export interface Feed extends AsyncDisposable {
  /** Takes over every upgrade request, also to refuse it. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly sockets: number;
}

interface Guest {
  socket: WebSocket;
  sessionId: string;
  answered: boolean;
}

export function openFeed(ports: FeedPorts): Feed {
  const { log } = ports;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
    clientTracking: true,
  });
  const guests = new Set<Guest>();
  const stop = new AbortController();
  const closeOf = (sessionId: string): void => {
    for (const guest of guests) if (guest.sessionId === sessionId) end(guest);
  };
  const deaf = ports.onSessionRevoked(closeOf);
  const beating = beat(ports, guests, stop.signal);

  return {
    handleUpgrade(request, socket, head) {
      const full = server.clients.size >= SOCKETS_MAX;
      if (refuseUpgrade(request, socket, { ...ports, path: FEED_PATH, full })) return;
      server.handleUpgrade(request, socket, head, (opened) => {
        opened.on("error", (error) => log.debug("a feed socket failed", { error: error.message }));
        // Owned by the socket: it never rejects, and ends with the socket or with the feed.
        void receive(opened, ports, guests, stop.signal);
      });
    },
    get sockets() {
      return server.clients.size;
    },
    async [Symbol.asyncDispose]() {
      deaf();
      stop.abort();
      for (const socket of server.clients) socket.close(CLOSE.goingAway, "The box stops.");
      server.close();
      await beating;
      await letGo(server.clients, ports.clock);
    },
  };
}

/** From the upgrade to the place among the guests. */
async function receive(
  socket: WebSocket,
  ports: FeedPorts,
  guests: Set<Guest>,
  stopping: AbortSignal,
): Promise<void> {
  const message = await firstMessage(socket, ports.clock, stopping);
  if (socket.readyState !== WebSocket.OPEN) return;
  const hello = message === null ? null : ports.parseHello(parseJson(message));
  const sessionId = hello && ports.redeemTicket(hello.ticket);
  if (!hello || sessionId === null || !ports.isSessionInForce(sessionId)) {
    socket.close(CLOSE.unauthenticated, "Say hello with a fresh ticket.");
    return;
  }

  const guest = { socket, sessionId, answered: true };
  guests.add(guest);
  socket.on("pong", () => {
    guest.answered = true;
  });
  socket.on("message", (_, isBinary) =>
    isBinary
      ? socket.close(CLOSE.binary, "The feed speaks JSON in text.")
      : socket.close(CLOSE.unasked, "The feed only tells; hello is all it listens to."),
  );
  const gone = new AbortController();
  socket.once("close", () => {
    gone.abort();
    guests.delete(guest);
  });
  const listener = {
    since: hello.since ?? null,
    cameras: toSet(hello.cameras ?? null),
    allowed: toSet(ports.camerasOf(sessionId)),
    deliver: (bytes: Uint8Array) => deliver(socket, bytes),
    drained: () => drained(socket, gone.signal),
  };
  await ports.hub.join(listener, { signal: gone.signal });
}

function toSet(cameras: readonly string[] | null): ReadonlySet<string> | null {
  return cameras && new Set(cameras);
}

/** Null when none came in time. */
async function firstMessage(
  socket: WebSocket,
  clock: Clock,
  stopping: AbortSignal,
): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const over = new AbortController();
  socket.once("message", (data, isBinary) => resolve(isBinary ? null : data.toString()));
  socket.once("close", () => resolve(null));
  const patience = AbortSignal.any([over.signal, stopping]);
  const tooLong = clock.sleep(HELLO_PATIENCE_MS, { signal: patience }).then(
    () => resolve(null),
    () => resolve(null),
  );
  const message = await promise;
  over.abort();
  await tooLong;
  return message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function deliver(socket: WebSocket, bytes: Uint8Array): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > UNSENT_BYTES_MAX) {
    socket.close(CLOSE.tooSlow, "Too slow; come back with since.");
    return;
  }
  // The same bytes for everyone: ws neither copies nor masks what a server sends.
  socket.send(bytes, { binary: false });
}

/** A ping is sent behind them: once it has left, so have they. */
function drained(socket: WebSocket, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted || socket.readyState !== WebSocket.OPEN) resolve();
  else socket.ping("", false, () => resolve());
  return promise;
}

function end({ socket }: Guest): void {
  socket.close(CLOSE.unauthenticated, "The session has ended.");
}

/** Sessions also end elsewhere, by time or by another program: the store is asked every second. */
async function beat(ports: FeedPorts, guests: Set<Guest>, signal: AbortSignal): Promise<void> {
  for (let beats = 1; !signal.aborted; beats += 1) {
    await ports.clock.sleep(BEAT_MS, { signal }).catch((error: unknown) => {
      if (!isAbort(error)) throw error;
    });
    for (const guest of guests) {
      if (signal.aborted) return;
      if (!ports.isSessionInForce(guest.sessionId)) end(guest);
      else if (beats % BEATS_PER_PING === 0) ping(guest);
    }
  }
}

function ping(guest: Guest): void {
  if (!guest.answered) {
    guest.socket.terminate();
    return;
  }
  guest.answered = false;
  guest.socket.ping();
}

/** A client that does not answer the close frame is cut off. */
async function letGo(sockets: ReadonlySet<WebSocket>, clock: Clock): Promise<void> {
  const closed = [...sockets].map(
    (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
  );
  const patience = new AbortController();
  const tooLong = clock.sleep(1_000, { signal: patience.signal }).catch(() => {});
  await Promise.race([Promise.all(closed), tooLong]);
  patience.abort();
  for (const socket of sockets) socket.terminate();
}

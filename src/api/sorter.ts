/**
 * One port for both: the first byte of a connection tells whether it speaks TLS. So whoever comes by
 * http gets an answer instead of a hung connection, and the box needs no second port.
 */
import type { Socket } from "node:net";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";

/** The first byte of every TLS handshake (RFC 8446, 5.1). */
const HANDSHAKE = 0x16;

export interface Sorter extends Disposable {
  /** Hands on the socket itself, or what it carries once the handshake is done. */
  sort(socket: Socket, serve: (stream: Socket) => void): void;
  /** For the handshakes to come. */
  show(credentials: { certificate: string; key: string }): void;
}

/** `patienceMs`: for the first byte and the handshake together. */
export function createSorter(options: {
  credentials: { certificate: string; key: string };
  patienceMs: number;
}): Sorter {
  const undecided = new Set<Socket>();
  let context = toContext(options.credentials);
  const decide = (socket: Socket): void => {
    undecided.delete(socket);
    socket.setTimeout(0);
  };

  return {
    sort(socket, serve) {
      undecided.add(socket);
      socket.once("close", () => undecided.delete(socket));
      socket.on("error", () => socket.destroy());
      socket.setTimeout(options.patienceMs, () => {
        if (undecided.has(socket)) socket.destroy();
      });
      socket.once("data", (first: Buffer) => {
        socket.pause();
        socket.unshift(first);
        if (first[0] === HANDSHAKE) {
          shakeHands(socket, context, (stream) => {
            decide(socket);
            serve(stream);
          });
          return;
        }
        decide(socket);
        serve(socket);
        socket.resume();
      });
    },
    show(credentials) {
      context = toContext(credentials);
    },
    [Symbol.dispose]() {
      for (const socket of undecided) socket.destroy();
    },
  };
}

function shakeHands(
  socket: Socket,
  secureContext: SecureContext,
  serve: (stream: TLSSocket) => void,
): void {
  const stream = new TLSSocket(socket, { isServer: true, secureContext });
  // What a stranger sends instead of a handshake is no news.
  stream.on("error", () => stream.destroy());
  stream.once("secure", () => serve(stream));
}

function toContext({ certificate, key }: { certificate: string; key: string }): SecureContext {
  return createSecureContext({ cert: certificate, key, minVersion: "TLSv1.2" });
}

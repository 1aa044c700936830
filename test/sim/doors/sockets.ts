/** ws as the appliance sees it: sockets that lead to a listener of the world. */
import { EventEmitter } from "node:events";

import { theWorld } from "../world.ts";

/** The other end. */
export interface FarEnd {
  /** Bytes, when they have arrived. */
  receive(text: string): void;
  closed(code: number): void;
  opened(socket: WebSocket): void;
}

const WAY_MS = 5;

export class WebSocket extends EventEmitter {
  static readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly #far: FarEnd;
  readonly #life = theWorld().life;
  /** Nothing overtakes. */
  #arrivesMs = 0;

  constructor(far: FarEnd) {
    super();
    this.#far = far;
  }

  send(bytes: Uint8Array): void {
    const text = Buffer.from(bytes).toString();
    this.#later(() => this.#far.receive(text));
  }

  ping(...given: unknown[]): void {
    const done = given.at(-1);
    if (typeof done === "function") this.#later(() => done());
    this.#later(() => this.emit("pong"));
  }

  /** What the listener says. */
  say(text: string): void {
    this.#later(() => this.emit("message", Buffer.from(text), false));
  }

  close(code = 1000): void {
    if (this.readyState !== WebSocket.OPEN) return;
    this.readyState = 2;
    this.#later(() => {
      this.readyState = 3;
      this.emit("close");
      this.#far.closed(code);
    });
  }

  terminate(): void {
    this.close(1006);
  }

  #later(work: () => void): void {
    const { loop, random } = theWorld();
    if (this.#life?.isDoomed) return;
    this.#arrivesMs = Math.max(this.#arrivesMs, loop.monotonic() + random() * WAY_MS);
    loop.schedule(this.#arrivesMs - loop.monotonic(), this.#life, work);
  }
}

export class WebSocketServer {
  readonly clients = new Set<WebSocket>();

  handleUpgrade(
    _request: object,
    far: FarEnd,
    _head: unknown,
    opened: (socket: WebSocket) => void,
  ): void {
    const socket = new WebSocket(far);
    this.clients.add(socket);
    socket.once("close", () => this.clients.delete(socket));
    opened(socket);
    far.opened(socket);
  }

  close(): void {}
}

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** How a line between two machines may be. */
export type Line =
  | { type: "good" }
  /** Each message so many milliseconds later, either way. */
  | { type: "slow"; delayMs: number }
  /** New connections are accepted and reset. */
  | { type: "reset" }
  /** Whatever is sent stays on the way until the line is another one. */
  | { type: "blackhole" };

export interface ChaosProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on, for connections that are there too. */
  become(line: Line): void;
  /** Resets every connection that is there. */
  cut(): void;
}

/** A line to a port of this machine that can be spoiled. */
export async function openChaosProxy(targetPort: number): Promise<ChaosProxy> {
  const sockets = new Set<Socket>();
  let line: Line = { type: "good" };
  let changed = Promise.withResolvers<void>();

  const server = createServer((near) => {
    if (line.type === "reset") {
      near.resetAndDestroy();
      return;
    }
    const far = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("error", () => undefined);
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      void carry(from, to);
    }
  });

  const carry = async (from: Socket, to: Socket): Promise<void> => {
    try {
      for await (const bytes of pace(from)) {
        while (line.type === "blackhole") await changed.promise;
        if (!to.destroyed) to.write(bytes);
      }
      to.end();
    } catch {
      to.destroy();
    }
  };

  /** A delay is a longer line, not a narrower one: what follows is on its way meanwhile. */
  async function* pace(from: Socket): AsyncGenerator<Buffer> {
    const onTheWay: { bytes: Buffer; arrival: Promise<unknown> }[] = [];
    let wake = Promise.withResolvers<void>();
    let isOver = false;
    from.on("data", (bytes: Buffer) => {
      const arrival = line.type === "slow" ? delay(line.delayMs) : Promise.resolve();
      onTheWay.push({ bytes, arrival });
      wake.resolve();
    });
    from.on("end", () => {
      isOver = true;
      wake.resolve();
    });
    for (;;) {
      const next = onTheWay.shift();
      if (next) {
        await next.arrival;
        yield next.bytes;
      } else if (isOver) {
        return;
      } else {
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    }
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port is free.");
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    become(next) {
      line = next;
      changed.resolve();
      changed = Promise.withResolvers<void>();
    },
    cut,
    async [Symbol.asyncDispose]() {
      line = { type: "good" };
      changed.resolve();
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

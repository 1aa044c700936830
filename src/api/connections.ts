/** How many connections there may be, so that one address cannot take them all. */
import type { Socket } from "node:net";

export interface Connections {
  /** False when its address has as many as it may; then nobody owns the socket. */
  admit(socket: Socket): boolean;
}

/** `mayHaveMany`: proxies speak for many callers, and the box's own programs are trusted. */
export function createConnections(options: {
  eachMax: number;
  mayHaveMany(address: string): boolean;
}): Connections {
  const open = new Map<string, number>();
  return {
    admit(socket) {
      // Without an address it has gone already.
      const address = socket.remoteAddress;
      if (address === undefined) return false;
      if (options.mayHaveMany(address)) return true;
      const count = open.get(address) ?? 0;
      if (count >= options.eachMax) return false;
      open.set(address, count + 1);
      socket.once("close", () => {
        const left = (open.get(address) ?? 1) - 1;
        if (left > 0) open.set(address, left);
        else open.delete(address);
      });
      return true;
    },
  };
}

/**
 * Lines of JSON on a response, in pieces whose edges fall anywhere: inside a line, inside a
 * character of several bytes, or after several lines at once. A client must not care.
 */
import type { ServerResponse } from "node:http";
import { setImmediate as turn } from "node:timers/promises";

import type { Random } from "./random.ts";

export interface LineStream {
  write(value: unknown): Promise<void>;
  /** Bytes that are no JSON line of ours. */
  writeRaw(bytes: Uint8Array): Promise<void>;
  /** Sends whatever is still held back. */
  flush(): Promise<void>;
  end(options?: { lastLineFeed: boolean }): Promise<void>;
}

export function createLineStream(
  response: ServerResponse,
  random: Random,
  options: { lineEnd: "\n" | "\r\n" },
): LineStream {
  let held: Buffer = Buffer.alloc(0);

  const send = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.byteLength === 0 || response.destroyed) return;
    response.write(bytes);
    // A turn of the event loop between two writes lets them leave as two pieces.
    await turn();
  };

  const writeRaw = async (bytes: Uint8Array): Promise<void> => {
    held = Buffer.concat([held, bytes]);
    const first = random.below(held.length + 1);
    const second = first + random.below(held.length - first + 1);
    await send(held.subarray(0, first));
    await send(held.subarray(first, second));
    held = held.subarray(second);
  };

  const flush = async (): Promise<void> => {
    const rest = held;
    held = Buffer.alloc(0);
    await send(rest);
  };

  return {
    write: (value) => writeRaw(Buffer.from(JSON.stringify(value) + options.lineEnd)),
    writeRaw,
    flush,
    async end({ lastLineFeed } = { lastLineFeed: true }) {
      if (!lastLineFeed) held = held.subarray(0, held.length - options.lineEnd.length);
      await flush();
      response.end();
    },
  };
}

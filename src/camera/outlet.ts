/**
 * A child's output that is read into one buffer, over and over. For the pipes that Node itself gives
 * to a child it takes a new buffer of 64 KiB at each read; with many cameras those kept the garbage
 * collector busy all the time.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Outlet {
  /** The child's end; to be destroyed here once the child has it. */
  theirs: Socket;
  /** Ours. Tells the end and can be destroyed; the bytes go to `onBytes` alone. */
  ours: Socket;
}

export interface OutletOptions {
  /** May serve any number of outlets: it is filled and told of in one go. */
  buffer: Buffer;
  /** The bytes are lent: when this returns, others are written in their place. */
  onBytes(bytes: Buffer): void;
}

/** Throws when the box has no socket left. */
export async function openOutlet({ buffer, onBytes }: OutletOptions): Promise<Outlet> {
  // A name that Linux keeps in no folder, nobody can guess, and that is gone in a moment.
  const path = `\0nightjar-${randomUUID()}`;
  const server = createServer({ pauseOnConnect: true }).listen(path);
  await once(server, "listening");
  const callback = (byteCount: number): boolean => {
    onBytes(buffer.subarray(0, byteCount));
    return true;
  };
  const ours = connect({ path, onread: { buffer, callback } });
  // Whatever breaks it, a close follows.
  ours.on("error", () => {});
  const broken = new Promise<never>((_, reject) => {
    ours.once("close", () => reject(new Error("The box has no socket left.")));
  });
  try {
    const [theirs] = await Promise.race([once(server, "connection"), broken]);
    return { theirs, ours };
  } finally {
    server.close();
  }
}

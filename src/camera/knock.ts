/**
 * Knocks at a camera's port before ffmpeg is started for it, so that a dead camera costs a packet a
 * try and not a process.
 */
import { connect } from "node:net";

import type { Complaint } from "./complaint.ts";

const KNOCK_MS = 3_000;

/** Null when somebody opened. */
export function knock(
  place: { host: string; port: number },
  options: { signal: AbortSignal },
): Promise<Complaint | null> {
  const { promise, resolve } = Promise.withResolvers<Complaint | null>();
  const socket = connect({ ...place, signal: options.signal });
  const answer = (complaint: Complaint | null): void => {
    socket.destroy();
    resolve(complaint);
  };
  socket.setTimeout(KNOCK_MS, () => answer(unreachable("does not answer")));
  socket.on("connect", () => answer(null));
  socket.on("error", (error: NodeJS.ErrnoException) => answer(toComplaint(error.code)));
  return promise;
}

function toComplaint(code: string | undefined): Complaint {
  switch (code) {
    case "ECONNREFUSED":
      return unreachable("refuses connections");
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        state: "offline",
        reason: "The camera's name is unknown to the network; check the name or use its address.",
      };
    default:
      return unreachable("cannot be reached");
  }
}

function unreachable(what: string): Complaint {
  return {
    state: "offline",
    reason: `The camera ${what}; check its power, its cable and its address.`,
  };
}

/**
 * Who is at the other end of a connection. Headers that claim another address are written by the
 * caller and mean nothing, but for those that a proxy named in server.trusted_proxies writes.
 */
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { TLSSocket } from "node:tls";

import { type AddressRange, isLoopback, parseRange } from "../base/ip-address.ts";

export interface Peer {
  /** Of the caller, as far as it can be trusted. */
  address: string;
  /** Whether nobody on the way can read along. */
  isSecure: boolean;
  /** Of this machine, or a proxy that speaks for others. */
  isNear: boolean;
}

type Request = Pick<IncomingMessage, "headers" | "socket">;

/** Whether an address is of this machine, or of a proxy that speaks for others. */
export function createNearness(trustedProxies: readonly string[]): (address: string) => boolean {
  const ranges = toRanges(trustedProxies);
  return (address) => isLoopback(address) || isTrusted(address, ranges);
}

/** Without a socket the request was made by this very program. */
export function createPeerReader(trustedProxies: readonly string[]) {
  const ranges = toRanges(trustedProxies);
  return (request: Request | undefined): Peer => {
    if (!request) return { address: "unknown", isSecure: false, isNear: true };
    const direct = request.socket.remoteAddress ?? "unknown";
    const isProxy = isTrusted(direct, ranges);
    return {
      address: isProxy ? toAddress(direct, listed(request, "x-forwarded-for"), ranges) : direct,
      isSecure:
        request.socket instanceof TLSSocket ||
        (isProxy && listed(request, "x-forwarded-proto").at(-1) === "https"),
      isNear: isProxy || isLoopback(direct),
    };
  };
}

function toRanges(texts: readonly string[]): AddressRange[] {
  return texts.map(parseRange).filter((range) => range !== null);
}

function isTrusted(address: string, ranges: readonly AddressRange[]): boolean {
  return ranges.some((range) => range.contains(address));
}

/** Each proxy adds whom it saw at the end: the last one that is no proxy of ours is the caller. */
function toAddress(
  direct: string,
  hops: readonly string[],
  ranges: readonly AddressRange[],
): string {
  let seen = direct;
  for (const hop of hops.toReversed()) {
    if (isIP(hop) === 0) return seen;
    if (!isTrusted(hop, ranges)) return hop;
    seen = hop;
  }
  return seen;
}

function listed({ headers }: Request, name: "x-forwarded-for" | "x-forwarded-proto"): string[] {
  return [headers[name] ?? []].flat().flatMap((line) => line.split(",").map((hop) => hop.trim()));
}

/** Addresses and ranges of addresses. The only door to ipaddr.js. */
import { isIP } from "node:net";

import ipaddr from "ipaddr.js";

/** Null for anything but an address or a CIDR range in its usual spelling. */
export function parseRange(text: string): AddressRange | null {
  const [address = "", bits, ...rest] = text.split("/");
  if (isIP(address) === 0 || rest.length > 0) return null;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return null;
  const from = ipaddr.process(address);
  const longest = from.kind() === "ipv4" ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  return prefix <= longest ? { contains: (other) => isMatch(other, from, prefix) } : null;
}

export interface AddressRange {
  /** An IPv4 address counts as itself also where it is written as IPv6. False for what is none. */
  contains(address: string): boolean;
}

/** Whether only programs of this machine can have it. */
export function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && ipaddr.process(address).range() === "loopback";
}

function isMatch(address: string, from: ipaddr.IPv4 | ipaddr.IPv6, prefix: number): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return parsed.kind() === from.kind() && parsed.match(from, prefix);
}

/** 4 or 16 bytes of an address that is one. */
export function toAddressBytes(address: string): Uint8Array {
  return Uint8Array.from(ipaddr.parse(address).toByteArray());
}

/** Whether a device on a network can have it: no loopback, link-local, multicast or reserved one. */
export function isForCameras(address: string): boolean {
  if (isIP(address) === 0) return false;
  return ["unicast", "private", "uniqueLocal", "carrierGradeNat"].includes(
    ipaddr.process(address).range(),
  );
}

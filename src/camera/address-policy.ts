/**
 * Which hosts may be connected to for an address that somebody typed into the page. Whoever holds an
 * admin's session must not make the box knock at its own doors, or at other services of the house.
 * Addresses of the configuration file are the operator's own and are not asked about here.
 */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";

import { type AddressRange, isForCameras, parseRange } from "../base/ip-address.ts";
import type { CameraUrl } from "../config/camera-url.ts";

type Place = Extract<CameraUrl, { ok: true }>;

export interface AddressPolicy {
  /** Why the box does not connect there, in a sentence; null when it does. Asks the name server. */
  refuse(place: Place): Promise<string | null>;
}

/** Those of RTSP and RTSPS, and of cameras that speak it over the web's. */
const LOW_PORTS = new Set([80, 322, 443, 554]);
const LOWEST_FREE_PORT = 1024;

export function createAddressPolicy(options: {
  /** Names, addresses and ranges that are allowed whatever they are. */
  allowedHosts: readonly string[];
  /** All addresses of a name; rejects when it has none. */
  resolve?(host: string): Promise<string[]>;
  /** The box's own. */
  ownAddresses?(): readonly string[];
}): AddressPolicy {
  const { allowedHosts, resolve = resolveAll, ownAddresses = listOwn } = options;
  const names = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const ranges = allowedHosts
    .map(parseRange)
    .filter((range): range is AddressRange => range !== null);
  const isAllowed = (address: string): boolean => ranges.some((range) => range.contains(address));

  return {
    async refuse({ host, port }) {
      if (names.has(host.toLowerCase())) return null;
      const addresses = isIP(host) ? [host] : await resolve(host).catch(() => []);
      // What has no address yet is no danger; the camera's state will say so.
      const strange = addresses.filter((address) => !isAllowed(address));
      if (addresses.length > 0 && strange.length === 0) return null;
      if (port < LOWEST_FREE_PORT && !LOW_PORTS.has(port)) {
        return "has a port that is no camera's; use 554, 322, 80, 443 or one from 1024 on";
      }
      const isRefused = strange.some(
        (address) => !isForCameras(address) || ownAddresses().includes(address),
      );
      return isRefused
        ? "is the box's own, or one that no camera has; an operator may allow it under server.camera_hosts"
        : null;
    },
  };
}

async function resolveAll(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function listOwn(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address),
  );
}

/** Where the centre is and how it is trusted, as the driver wants to hear it. */
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";

import { isLoopback } from "../base/ip-address.ts";
import { createSyncError } from "./central-faults.ts";

export interface CentralAddress {
  /** mysql://user:password@host:port/database */
  url: string;
  /** `auto`: verified, but for an address of this machine; `off` is said by the operator alone. */
  tls: { mode: "auto" | "verify" | "off"; ca: string | null };
}

/** Reads the authority's file. Rejects with `sync_tls` when it cannot be read. */
export async function readCentralAddress(central: {
  url: string;
  tls: { mode: CentralAddress["tls"]["mode"]; ca: string | null };
}): Promise<CentralAddress> {
  const { mode, ca: path } = central.tls;
  if (path === null) return { url: central.url, tls: { mode, ca: null } };
  try {
    return { url: central.url, tls: { mode, ca: await readFile(path, "utf8") } };
  } catch (cause) {
    throw createSyncError("sync_tls", { cause, detail: `central.tls.ca, ${path}, cannot be read` });
  }
}

const CONNECT_MS_MAX = 10_000;
const KEEP_ALIVE_MS = 10_000;
const PORT = 3306;

export function toConnectionOptions({ url, tls }: CentralAddress) {
  const { hostname, port, username, password, pathname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  const isHere = host === "localhost" || isLoopback(host);
  const isPlain = tls.mode === "off" || (tls.mode === "auto" && isHere);
  return {
    host,
    port: port === "" ? PORT : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    connectTimeout: CONNECT_MS_MAX,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    charset: "utf8mb4",
    // Times go over as texts in UTC: the driver's own idea of a zone loses an hour in autumn.
    timezone: "Z",
    dateStrings: true,
    stringifyObjects: true,
    // The server may not ask for files of this box.
    flags: ["-LOCAL_FILES"],
    ...(isPlain ? {} : { ssl: toTrust(host, tls.ca) }),
  };
}

/**
 * Verified against the given authority, or against those that the system knows. The driver compares
 * the certificate of an address with the name localhost, so it is asked for names alone.
 */
function toTrust(host: string, ca: string | null) {
  if (isIP(host) !== 0) {
    const detail = "central.url has an address; give the name that is in the certificate";
    throw createSyncError("sync_tls", { detail });
  }
  return {
    rejectUnauthorized: true,
    verifyIdentity: true,
    minVersion: "TLSv1.2",
    ...(ca !== null && { ca }),
  };
}

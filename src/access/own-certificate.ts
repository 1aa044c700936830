/**
 * The box's own authority and its leaf, kept in the data folder. The authority is made once, for
 * people trust it by hand; the leaf is made anew before it ends and when the box has another name or
 * address.
 */
import { X509Certificate } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import {
  type BoxNames,
  type Credentials,
  createAuthority,
  createLeaf,
  LEAF_LASTS_MS,
} from "./certificate.ts";
import { writePrivateFile } from "./private-file.ts";

const FOLDER = "tls";
const RENEWED_BEFORE_MS = LEAF_LASTS_MS / 4;
const NAMES_MAX = 64;

/** What the server shows to its callers. */
export interface CertificateSource {
  readonly credentials: Credentials;
  /** For people to trust, in PEM; null where somebody else vouches for the box. */
  readonly authority: string | null;
  /** Looks whether it is still the right one. True when it is another one now. */
  refresh(): Promise<boolean>;
}

export async function openOwnCertificate(options: {
  folder: string;
  clock: Pick<Clock, "now">;
  log: Log;
  names?: () => BoxNames;
}): Promise<CertificateSource> {
  const { clock, log, names = readBoxNames } = options;
  const folder = join(options.folder, FOLDER);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await keep(folder, "authority", () => createAuthority(names().host));
  const create = (): Credentials => createLeaf(authority, names(), clock.now());
  let leaf = await keep(folder, "box", create);

  const refresh = async (): Promise<boolean> => {
    if (isFit(leaf, authority, names(), clock.now())) return false;
    leaf = create();
    await write(folder, "box", leaf);
    log.info("the box's certificate was made anew", { names: names().all });
    return true;
  };
  await refresh();
  return {
    get credentials() {
      return leaf;
    },
    authority: authority.certificate,
    refresh,
  };
}

/** What was kept; what is missing, cut off or not a pair is made anew. */
async function keep(folder: string, name: string, create: () => Credentials): Promise<Credentials> {
  const text = await readFile(join(folder, `${name}.pem`), "utf8").catch(() => "");
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(text)?.[0];
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text)?.[0];
  if (certificate !== undefined && key !== undefined) return { certificate, key };
  const made = create();
  await write(folder, name, made);
  return made;
}

/** One file for both, so that a power cut leaves no certificate without its key. */
function write(folder: string, name: string, { certificate, key }: Credentials): Promise<void> {
  return writePrivateFile(join(folder, `${name}.pem`), `${certificate}${key}`.trimEnd());
}

function isFit(leaf: Credentials, authority: Credentials, names: BoxNames, now: number): boolean {
  const read = new X509Certificate(leaf.certificate);
  const isInForce =
    read.validFromDate.getTime() <= now && now < read.validToDate.getTime() - RENEWED_BEFORE_MS;
  const isOurs = read.verify(new X509Certificate(authority.certificate).publicKey);
  return isInForce && isOurs && names.all.every((name) => isFor(read, name));
}

function isFor(read: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? read.checkHost(name) : read.checkIP(name)) !== undefined;
}

/** An address that begins with fe80 needs a zone, which no certificate can name. */
function readBoxNames(): BoxNames {
  const host =
    hostname()
      .toLowerCase()
      .replace(/[^a-z0-9.-]/g, "") || "nightjar";
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address)
    .filter((address) => !address.toLowerCase().startsWith("fe80"));
  const names = [host, `${host.split(".", 1)[0]}.local`, "localhost"];
  return { host, all: [...new Set([...names, ...addresses])].slice(0, NAMES_MAX) };
}

/**
 * Certificates of the box's own making (RFC 5280): an authority that people may trust once, and
 * beneath it a leaf for whatever names and addresses the box has at the time.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";

import { toAddressBytes } from "../base/ip-address.ts";
import * as der from "./der.ts";

/** PEM, both. */
export interface Credentials {
  certificate: string;
  key: string;
}

export interface BoxNames {
  host: string;
  /** Everything people may type: names, and addresses as text. */
  all: readonly string[];
}

const DAY_MS = 24 * 3_600_000;
export const LEAF_LASTS_MS = 397 * DAY_MS;
/** A box without a battery does not know the year at its first start; its authority must outlast that. */
const AUTHORITY_FROM = Date.UTC(2025, 0, 1);
const AUTHORITY_UNTIL = Date.UTC(2049, 11, 31);
/** People's clocks run a little behind. */
const BACKDATED_MS = DAY_MS;

const SIGNATURE = der.sequence(der.objectId("1.2.840.10045.4.3.2"));
const COMMON_NAME = der.objectId("2.5.4.3");
const SERVER_AUTHENTICATION = der.objectId("1.3.6.1.5.5.7.3.1");

export function createAuthority(host: string): Credentials {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  // The random part tells two boxes of one name apart in a browser's list.
  const name = toName(`Nightjar ${host.slice(0, 40)} ${randomBytes(4).toString("hex")}`);
  const certificate = toCertificate({
    issuer: name,
    subject: name,
    from: AUTHORITY_FROM,
    until: AUTHORITY_UNTIL,
    publicKey,
    signedBy: privateKey,
    extensions: [
      extension("2.5.29.19", der.sequence(der.boolean(true), der.integer(Buffer.of(0))), true),
      // To sign certificates and lists of revoked ones.
      extension("2.5.29.15", der.bits(Buffer.of(0x06), 1), true),
      extension("2.5.29.14", der.octets(toKeyId(publicKey))),
    ],
  });
  return { certificate, key: toPem(privateKey) };
}

export function createLeaf(authority: Credentials, names: BoxNames, now: number): Credentials {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signedBy = createPrivateKey(authority.key);
  const certificate = toCertificate({
    issuer: readSubject(authority.certificate),
    subject: toName(names.host),
    from: now - BACKDATED_MS,
    until: now + LEAF_LASTS_MS,
    publicKey,
    signedBy,
    extensions: [
      extension("2.5.29.19", der.sequence(), true),
      // For digital signatures.
      extension("2.5.29.15", der.bits(Buffer.of(0x80), 7), true),
      extension("2.5.29.37", der.sequence(SERVER_AUTHENTICATION)),
      extension("2.5.29.17", der.sequence(...names.all.map(toAlternativeName))),
      extension(
        "2.5.29.35",
        der.sequence(der.implicit(0, toKeyId(createPublicKey(authority.certificate)))),
      ),
    ],
  });
  return { certificate, key: toPem(privateKey) };
}

interface Statement {
  issuer: Buffer;
  subject: Buffer;
  from: number;
  until: number;
  publicKey: KeyObject;
  signedBy: KeyObject;
  extensions: readonly Buffer[];
}

function toCertificate(given: Statement): string {
  const { issuer, subject, from, until, publicKey, signedBy, extensions } = given;
  const statement = der.sequence(
    der.explicit(0, der.integer(Buffer.of(2))),
    der.integer(randomBytes(16)),
    SIGNATURE,
    issuer,
    der.sequence(der.time(from), der.time(until)),
    subject,
    publicKey.export({ type: "spki", format: "der" }),
    der.explicit(3, der.sequence(...extensions)),
  );
  const signature = der.bits(sign("sha256", statement, signedBy));
  const whole = der.sequence(statement, SIGNATURE, signature).toString("base64");
  const lines = whole.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [der.boolean(true)] : [];
  return der.sequence(der.objectId(id), ...critical, der.octets(value));
}

/** Certificates allow a name 64 letters. */
function toName(commonName: string): Buffer {
  const attribute = der.sequence(COMMON_NAME, der.text(commonName.slice(0, 64)));
  return der.sequence(der.set(attribute));
}

/** Ours have a common name and nothing else. */
function readSubject(certificate: string): Buffer {
  return toName(new X509Certificate(certificate).subject.replace(/^CN=/, ""));
}

function toAlternativeName(name: string): Buffer {
  return isIP(name) === 0
    ? der.implicit(2, Buffer.from(name, "ascii"))
    : der.implicit(7, toAddressBytes(name));
}

function toKeyId(key: KeyObject): Buffer {
  const bytes = key.export({ type: "spki", format: "der" });
  return createHash("sha256").update(bytes).digest().subarray(0, 20);
}

function toPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

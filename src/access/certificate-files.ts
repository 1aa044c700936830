/** A certificate that somebody else made, read anew when its files change. */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";

import { ApplianceError, toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Credentials } from "./certificate.ts";
import type { CertificateSource } from "./own-certificate.ts";

export async function openCertificateFiles(options: {
  certificate: string;
  key: string;
  log: Log;
}): Promise<CertificateSource> {
  let credentials = await readPair(options);
  /** So that a bad pair is complained of once. */
  let complained = "";
  return {
    get credentials() {
      return credentials;
    },
    authority: null,
    async refresh() {
      try {
        const read = await readPair(options);
        complained = "";
        if (read.certificate === credentials.certificate && read.key === credentials.key) {
          return false;
        }
        credentials = read;
        options.log.info("the certificate was read anew");
        return true;
      } catch (error) {
        // Certificate and key are seldom written in one step; the old pair goes on meanwhile.
        const sentence = toSentence(error);
        if (sentence !== complained) options.log.warn("the old certificate stays", { sentence });
        complained = sentence;
        return false;
      }
    },
  };
}

/** Throws `invalid` for files that cannot be read or do not belong together. */
async function readPair(paths: { certificate: string; key: string }): Promise<Credentials> {
  try {
    const certificate = await readFile(paths.certificate, "utf8");
    const key = await readFile(paths.key, "utf8");
    // The first of a chain is the box's own.
    if (new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) {
      return { certificate, key };
    }
  } catch (cause) {
    const sentence = `server.tls: ${paths.certificate} and ${paths.key} cannot be used: ${toSentence(cause)}.`;
    throw new ApplianceError("invalid", sentence, { cause });
  }
  throw new ApplianceError(
    "invalid",
    `server.tls: the key ${paths.key} does not belong to the certificate ${paths.certificate}.`,
  );
}

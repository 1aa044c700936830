import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readdir, stat, truncate, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, test } from "vitest";

import type { BoxNames } from "../../src/access/certificate.ts";
import { openCertificateFiles } from "../../src/access/certificate-files.ts";
import { openOwnCertificate } from "../../src/access/own-certificate.ts";
import { createLog } from "../../src/base/log.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const DAY_MS = 24 * 3_600_000;
const log = createLog({ level: "silent" });

async function openBox() {
  const folder = await openTempFolder();
  const clock = createManualClock();
  let names: BoxNames = { host: "box", all: ["box", "box.local", "192.168.1.20", "2001:db8::7"] };
  return {
    folder: folder.path,
    clock,
    rename: (all: string[]) => {
      names = { host: "box", all };
    },
    open: () => openOwnCertificate({ folder: folder.path, clock, log, names: () => names }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

test("the box's certificate is for its names and addresses, under an authority of its own", async () => {
  await using box = await openBox();
  const { credentials, authority } = await box.open();
  const leaf = new X509Certificate(credentials.certificate);
  const above = new X509Certificate(authority ?? "");
  for (const name of ["box", "box.local", "192.168.1.20", "2001:db8::7"]) {
    expect(isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)).toBe(name);
  }
  expect(leaf.checkHost("other")).toBeUndefined();
  expect([leaf.ca, above.ca]).toEqual([false, true]);
  expect(leaf.checkIssued(above) && leaf.verify(above.publicKey)).toBe(true);
  expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBeLessThan(800 * DAY_MS);
});

test("another program than Node finds nothing wrong with it", async () => {
  await using box = await openBox();
  const { credentials, authority } = await box.open();
  const [leaf, above] = [join(box.folder, "leaf.crt"), join(box.folder, "above.crt")];
  await writeFile(leaf, credentials.certificate);
  await writeFile(above, authority ?? "");
  const at = String(Math.floor(box.clock.now() / 1000));
  const words = ["-x509_strict", "-purpose", "sslserver", "-verify_ip", "192.168.1.20"];
  const { stdout } = await promisify(execFile)("openssl", [
    ...["verify", ...words, "-attime", at, "-CAfile", above, leaf],
  ]);
  expect(stdout).toContain("OK");
});

test("both are kept where nobody else reads them, and are the same after a restart", async () => {
  await using box = await openBox();
  const first = await box.open();
  const folder = join(box.folder, "tls");
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(folder)) {
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  }
  const second = await box.open();
  expect(second.credentials).toEqual(first.credentials);
  expect(second.authority).toBe(first.authority);
});

test("before it ends, when an address is new, and when the clock was wrong, a new one is made; the authority stays", async () => {
  await using box = await openBox();
  const source = await box.open();
  const { authority } = source;
  const seen = [source.credentials.certificate];
  expect(await source.refresh()).toBe(false);
  for (const change of [
    () => box.clock.advance(350 * DAY_MS),
    () => box.rename(["box", "10.0.0.5"]),
    () => box.clock.stepWall(-1000 * DAY_MS),
  ]) {
    await change();
    expect(await source.refresh()).toBe(true);
    expect(await source.refresh()).toBe(false);
    const { certificate } = source.credentials;
    expect(seen).not.toContain(certificate);
    seen.push(certificate);
    expect(new X509Certificate(certificate).checkIssued(new X509Certificate(authority ?? ""))).toBe(
      true,
    );
  }
  expect((await box.open()).authority).toBe(authority);
});

test("a certificate that was cut off by a full disk is made anew", async () => {
  await using box = await openBox();
  const { authority } = await box.open();
  await truncate(join(box.folder, "tls", "box.pem"), 100);
  const source = await box.open();
  expect(source.authority).toBe(authority);
  expect(new X509Certificate(source.credentials.certificate).checkHost("box")).toBe("box");
});

test("files of somebody else are read anew when they change, and only as a pair", async () => {
  await using box = await openBox();
  const paths = { certificate: join(box.folder, "a.crt"), key: join(box.folder, "a.key") };
  const { credentials: first } = await box.open();
  await writeFile(paths.certificate, first.certificate);
  await expect(openCertificateFiles({ ...paths, log })).rejects.toThrow(/a\.key.*cannot be used/);
  await writeFile(paths.key, first.key);
  const source = await openCertificateFiles({ ...paths, log });
  expect(await source.refresh()).toBe(false);

  box.rename(["other"]);
  const { credentials: second } = await box.open();
  await writeFile(paths.certificate, second.certificate);
  expect(await source.refresh()).toBe(false);
  expect(source.credentials).toEqual(first);
  await expect(openCertificateFiles({ ...paths, log })).rejects.toThrow(/does not belong/);
  await writeFile(paths.key, second.key);
  expect(await source.refresh()).toBe(true);
  expect(source.credentials).toEqual(second);
});

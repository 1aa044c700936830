/** What of the machine itself can keep the daemon from its work: its clock, its disk, who owns what. */
import { constants } from "node:fs";
import { access, readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

import { ApplianceError } from "../base/errors.ts";
import type { Config } from "../config/schema.ts";
import { readClockQuality } from "../sync/clock-quality.ts";
import type { Verdict } from "./examination.ts";

/** Before this was written. A box without a battery begins in 1970. */
const YEAR_MIN = 2026;

export function examineClock(now: number): Verdict {
  const time = new Date(now);
  const told = `It is ${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const isKept = readClockQuality();
  if (time.getUTCFullYear() < YEAR_MIN || isKept === false) {
    const advice = "Let the network keep the clock: timedatectl set-ntp true.";
    return { ok: false, sentence: `${told}, by a clock that nobody sets. ${advice}` };
  }
  const keeper = isKept ? "and the network keeps the clock" : "by the clock of this machine";
  return { ok: true, sentence: `${told}, ${keeper}.` };
}

export async function examineDisk({ dataDir, retention }: Config): Promise<Verdict> {
  const { bavail, blocks, bsize, files, ffree } = await statfs(dataDir).catch((cause) => {
    const sentence = `The data folder ${dataDir} cannot be read. Check the disk and its mount.`;
    throw new ApplianceError("unavailable", sentence, { cause });
  });
  const percent = Math.round((bavail * 1000) / Math.max(1, blocks)) / 10;
  const free = `${percent} % (${((bavail * bsize) / 1e9).toFixed(1)} GB) of the disk is free`;
  if (percent < retention.freeDiskPercent) {
    const least = `less than retention.free_disk_percent (${retention.freeDiskPercent} %)`;
    return { ok: false, sentence: `${free}, ${least}. Make room, or give it a larger disk.` };
  }
  if (files > 0 && ffree === 0) {
    return { ok: false, sentence: `${free}, but it takes no more files. Remove some others.` };
  }
  return { ok: true, sentence: `${free}.` };
}

/** Its keys; what others may read of them is not secret any more. */
const SECRETS = ["jwt-secret", "vault-key", "setup-code"];

/**
 * A command that was run as root leaves files that the daemon's account cannot write: everything in
 * the data folder belongs to whoever the folder belongs to.
 */
export async function examinePermissions(dataDir: string): Promise<Verdict> {
  const folder = await stat(dataDir);
  const isRoot = process.getuid?.() === 0;
  const isOwn = folder.uid === process.getuid?.();
  if (!isRoot && !isOwn) {
    const sentence = `You may not look into ${dataDir}. Run this as root, or as its owner.`;
    return { ok: false, sentence };
  }
  await access(dataDir, constants.W_OK | constants.X_OK);
  for (const name of await readdir(dataDir)) {
    const path = join(dataDir, name);
    // What the database puts beside itself comes and goes.
    const entry = await stat(path).catch(() => null);
    if (!entry) continue;
    const { uid, mode } = entry;
    if (uid !== folder.uid) {
      const sentence = `${path} belongs to another account than its folder. Run chown -R --reference=${dataDir} ${dataDir}.`;
      return { ok: false, sentence };
    }
    if (SECRETS.includes(name) && (mode & 0o077) !== 0) {
      const sentence = `Others may read ${path}. Run chmod -R go= ${path}.`;
      return { ok: false, sentence };
    }
  }
  return { ok: true, sentence: `${dataDir} belongs to one account, and its keys are its own.` };
}

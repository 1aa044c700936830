/**
 * Who may become the first admin: whoever can read the console or the data folder of the box. The
 * code works once and is gone after that. While there is no admin, a start within a day keeps it, so
 * that what was written down still fits; a later one makes it anew.
 */
import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { writePrivateFile } from "./private-file.ts";

const FILE = "setup-code";
/** Crockford's: without I, L, O and U, which people misread. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 15 letters of 5 bits each. */
const GROUPS = 3;
const GROUP_LENGTH = 5;
const CODE = new RegExp(`^[${LETTERS}]{5}(?:-[${LETTERS}]{5}){2}$`);
const KEPT_MS = 24 * 3_600_000;

export interface SetupCode {
  /** To print once; null while an admin exists. */
  readonly text: string | null;
  /** Forgives case, spaces, dashes and letters that look alike. */
  matches(typed: string): boolean;
  /** It has done its work: it fits nobody any more, and its file is removed. */
  discard(): Promise<void>;
}

export async function openSetupCode(options: {
  folder: string;
  needed: boolean;
  clock: Pick<Clock, "now">;
}): Promise<SetupCode> {
  const path = join(options.folder, FILE);
  const kept = options.needed ? await readKept(path, options.clock) : null;
  let text = options.needed ? (kept ?? createCode()) : null;
  if (text === null) await rm(path, { force: true });
  else if (kept === null) await writePrivateFile(path, text);

  return {
    get text() {
      return text;
    },
    matches: (typed) => text !== null && timingSafeEqual(digest(typed), digest(text)),
    async discard() {
      text = null;
      await rm(path, { force: true });
    },
  };
}

/** Null for one that is too old, or that others could have read or written. */
async function readKept(path: string, clock: Pick<Clock, "now">): Promise<string | null> {
  const file = await stat(path).catch(() => null);
  if (!file?.isFile() || (file.mode & 0o077) !== 0) return null;
  if (Math.abs(clock.now() - file.mtimeMs) >= KEPT_MS) return null;
  const text = (await readFile(path, "utf8")).trim();
  return CODE.test(text) ? text : null;
}

function createCode(): string {
  const letter = (): string => LETTERS.charAt(randomInt(LETTERS.length));
  const group = (): string => Array.from({ length: GROUP_LENGTH }, letter).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}

function digest(code: string): Buffer {
  const plain = code.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return createHash("sha256").update(plain).digest();
}

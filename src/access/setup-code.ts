/**
 * Who may become the first admin: whoever can read the console or the data folder of the box. The
 * code is made anew at every start while there is no admin, works once, and is gone after that.
 */
import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { writePrivateFile } from "./private-file.ts";

const FILE = "setup-code";
/** Crockford's: without I, L, O and U, which people misread. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 15 letters of 5 bits each. */
const GROUPS = 3;
const GROUP_LENGTH = 5;

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
}): Promise<SetupCode> {
  const path = join(options.folder, FILE);
  let text = options.needed ? createCode() : null;
  if (text === null) await rm(path, { force: true });
  else await writePrivateFile(path, text);

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

function createCode(): string {
  const letter = (): string => LETTERS.charAt(randomInt(LETTERS.length));
  const group = (): string => Array.from({ length: GROUP_LENGTH }, letter).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}

function digest(code: string): Buffer {
  const plain = code.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return createHash("sha256").update(plain).digest();
}

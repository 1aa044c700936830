/**
 * Keeps secrets that must be read again, such as the logins of cameras: AES-256-GCM under a key of
 * the box's own, which lies beside the database and never in it, so that a copy of the database alone
 * tells nothing.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ApplianceError } from "../base/errors.ts";
import { writePrivateFile } from "./private-file.ts";

const FILE = "vault-key";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Vault {
  /** `owner`: whose secret it is; it opens under that name alone. */
  seal(secret: string, owner: string): string;
  /** Null for what was sealed under another key or for another owner, or was changed. */
  open(sealed: string, owner: string): string | null;
}

/** Makes the key when there is none. Throws `invalid` for one that is damaged. */
export async function openVault({ folder }: { folder: string }): Promise<Vault> {
  const key = await openKey(join(folder, FILE));
  return {
    seal(secret, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
    },
    open(sealed, owner) {
      const bytes = Buffer.from(sealed, "base64url");
      const tagged = bytes.subarray(NONCE_BYTES);
      try {
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(owner)).setAuthTag(tagged.subarray(0, TAG_BYTES));
        const secret = decipher.update(tagged.subarray(TAG_BYTES));
        return Buffer.concat([secret, decipher.final()]).toString("utf8");
      } catch {
        return null;
      }
    },
  };
}

async function openKey(path: string): Promise<Buffer> {
  const kept = await readFile(path, "utf8").catch(() => null);
  if (kept === null) {
    const key = randomBytes(KEY_BYTES);
    await writePrivateFile(path, key.toString("base64url"));
    return key;
  }
  const key = Buffer.from(kept.trim(), "base64url");
  if (key.length === KEY_BYTES) return key;
  throw new ApplianceError(
    "invalid",
    `The file ${FILE} in the data folder is damaged. Restore it from a backup, or remove it and enter the logins of the cameras anew.`,
  );
}

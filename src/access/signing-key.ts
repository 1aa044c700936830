/** The key under access tokens: given by the environment, else made once and kept to ourselves. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { ApplianceError } from "../base/errors.ts";
import { writePrivateFile } from "./private-file.ts";

const FILE = "jwt-secret";
const KEY_BYTES = 32;

/** `given` is JWT_SECRET, which the configuration has measured. */
export async function openSigningKey(options: {
  folder: string;
  given: string | null;
}): Promise<string> {
  if (options.given !== null) return options.given;
  const path = join(options.folder, FILE);
  const kept = await readFile(path, "utf8").catch(() => null);
  if (kept === null) {
    const key = randomBytes(KEY_BYTES).toString("base64url");
    await writePrivateFile(path, key);
    return key;
  }
  if (Buffer.byteLength(kept.trim()) < KEY_BYTES) {
    throw new ApplianceError(
      "invalid",
      `The file ${FILE} in the data folder is damaged. Remove it; everyone must sign in again.`,
    );
  }
  return kept.trim();
}

/** node:crypto as the appliance sees it. */
import { theWorld } from "../world.ts";

export * from "node:crypto";

/** What is longer is a ballast, which nobody reads. */
const READ_BYTES_MAX = 256;

export function randomBytes(count: number): Buffer {
  const { random } = theWorld();
  const bytes = Buffer.alloc(count);
  if (count > READ_BYTES_MAX) return bytes;
  for (let index = 0; index < count; index += 1) bytes[index] = Math.floor(random() * 256);
  return bytes;
}

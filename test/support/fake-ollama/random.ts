/** The same words, the same numbers, on every machine: a stand-in that cannot be repeated proves nothing. */
import { createHash } from "node:crypto";

import { createRandom as createNumbers } from "../random.ts";

export interface Random {
  /** At least 0, below 1. */
  next(): number;
  /** A whole number, at least 0, below `limit`. */
  below(limit: number): number;
}

export function createRandom(seed: string): Random {
  const next = createNumbers(createHash("sha256").update(seed).digest().readUInt32LE());
  return { next, below: (limit) => Math.floor(next() * limit) };
}

/**
 * Inputs that once were trouble, or are of a kind that is: a file each in test/corpora. What a fuzz
 * finds is added there, so that it is tried for ever.
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

const CORPORA = resolve(import.meta.dirname, "../corpora");

export function readCorpus(name: string): Buffer[] {
  const folder = resolve(CORPORA, name);
  return readdirSync(folder)
    .sort()
    .map((file) => readFileSync(resolve(folder, file)));
}

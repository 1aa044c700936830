/** What people type becomes a question to the index of words. Pure. */
import { ApplianceError } from "../base/errors.ts";

const WORDS_MAX = 8;
/** As long as the longest prefix of the index: a longer beginning of a word would take long. */
const PREFIX_LETTERS_MAX = 8;
const PREFIX_LETTERS_MIN = 2;

/**
 * All of the words, whole, in any order; the last may be only begun, of which the first eight letters
 * count. Nothing that is typed is an instruction to the index. Throws `invalid` where there is
 * nothing to look for.
 */
export function toMatch(words: string, cameraIds: readonly string[]): string {
  const found = words.normalize("NFC").match(/[\p{L}\p{N}]+/gu) ?? [];
  if (found.length === 0) {
    throw new ApplianceError("invalid", "Search for at least one letter or digit.");
  }
  const kept = found.slice(0, WORDS_MAX);
  const last = kept.length - 1;
  const terms = kept.map((word, index) => {
    const letters = [...word];
    const isBegun = index === last && /[\p{L}\p{N}]$/u.test(words);
    if (!isBegun || letters.length < PREFIX_LETTERS_MIN) return quote(word);
    return `${quote(letters.slice(0, PREFIX_LETTERS_MAX).join(""))} *`;
  });
  const cameras = cameraIds.map((id) => quote(`camera${Buffer.from(id).toString("hex")}`));
  return [...(cameras.length > 0 ? [`(${cameras.join(" OR ")})`] : []), ...terms].join(" AND ");
}

function quote(word: string): string {
  return `"${word}"`;
}

/** The words of the areas that are loaded later: both languages side by side in `strings/`. */
import type { Language } from "./language.ts";
import { usePage } from "./page.ts";

export type Words<T> = Readonly<Record<Language, T>>;

export function useWords<T>(words: Words<T>): T {
  return words[usePage().language];
}

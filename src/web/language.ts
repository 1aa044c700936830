/** Which language the page speaks. */
export type Language = "en" | "de";

/** `languages` as the browser prefers them. */
export function languageFor(languages: readonly string[]): Language {
  const wanted = languages.map((language) => language.slice(0, 2).toLowerCase());
  return wanted.find((language) => language === "en" || language === "de") ?? "en";
}

/** The region of the viewer's own, where the page speaks their language. */
export function toLocale(language: Language, languages: readonly string[]): string {
  return languages.find((wanted) => wanted.startsWith(language)) ?? language;
}

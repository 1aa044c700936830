/** Which language the page speaks. */
export type Language = "en" | "de";

/** `languages` as the browser prefers them. */
export function languageFor(languages: readonly string[]): Language {
  const wanted = languages.map((language) => language.slice(0, 2).toLowerCase());
  return wanted.find((language) => language === "en" || language === "de") ?? "en";
}
